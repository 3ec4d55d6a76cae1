/** Stylesheets are imported for what they do; the build puts them into files of their own. */
declare module "*.css";
