/**
 * Where a listener may bind: loopback, or behind TLS. Anything else is refused at start.
 *
 * @module
 */
import { type Config, ConfigError } from "../base/config.ts";
import { type Binding, isLoopback } from "../http/listen.ts";

type Name = "internal" | "field" | "exchange";

/** @throws {@link ConfigError} */
export function bindingOf(config: Config, name: Name): Binding {
  const host = config[`${name}Host`];
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = config;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigError("tlsCertFile and tlsKeyFile: expected both or none");
  }
  if (!isLoopback(host) && certFile === undefined && config.trustProxy.length === 0) {
    throw new ConfigError(
      `${name}Host: a bind outside loopback needs a certificate (tlsCertFile, tlsKeyFile) or a declared proxy that has one (trustProxy)`,
    );
  }
  const takesClientCertificates = name === "exchange";
  return { host, port: config[`${name}Port`], certFile, keyFile, takesClientCertificates };
}

/** What the Host header may say. */
export function hostsOf(config: Config, binding: Binding): string[] {
  const own = isLoopback(binding.host)
    ? ["127.0.0.1", "localhost", "[::1]"]
    : [binding.host.includes(":") ? `[${binding.host}]` : binding.host];
  return [...own, ...config.allowedHosts];
}
