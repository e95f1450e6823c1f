/** The name by which notebooks ask for the kernel. */
export const kernelName = "ormlet";

/** The language of the cells, as the kernel tells its clients. */
export const languageInfo = {
  name: "typescript",
  version: "5.0.4",
  mimetype: "text/typescript",
  file_extension: ".ts",
  codemirror_mode: "typescript",
  pygments_lexer: "typescript",
  nbconvert_exporter: "script",
};

/**
 * What a notebook says about its kernel, in its metadata. JupyterLab writes there what the kernel tells it; where the
 * two differ, a notebook counts as changed as soon as it is opened.
 */
export const kernelMetadata = {
  kernelspec: { name: kernelName, display_name: "TypeScript (ormlet)", language: "typescript" },
  language_info: languageInfo,
};
