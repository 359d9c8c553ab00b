/** What to do about an import that leads nowhere, to be put after the message that says so. */
export function missingModuleRemedy(specifier: string): string {
  if (/^(?:\.{0,2}\/|file:|[A-Za-z]:)/.test(specifier)) {
    return "check the path: it starts from the folder of the notebook, or of the file that imports it";
  }
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  return `install it in the notebook's folder with: npm install ${name}`;
}
