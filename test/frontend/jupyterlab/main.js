import { JupyterLab } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import { IServiceManager } from "@jupyterlab/services";
import { PluginRegistry } from "@lumino/coreutils";
import { loadMimeExtensions, loadPlotlyRenderer, loadPlugins } from "../build/extensions.js";

// Where the chunks are is known to the server alone.
__webpack_public_path__ = `${PageConfig.getOption("fullStaticUrl")}/`;

/** Language servers are looked for on the network of the server: none is needed here. */
const isWanted = ({ id }) => !id.includes(":language-server");

async function start() {
  await import("../build/styles.js");
  const pluginRegistry = new PluginRegistry();
  pluginRegistry.registerPlugins((await loadPlugins()).filter(isWanted));
  const mimeExtensions = await loadMimeExtensions();
  if (new URLSearchParams(location.search).has("plotly")) {
    mimeExtensions.push(await loadPlotlyRenderer());
  }
  const serviceManager = await pluginRegistry.resolveRequiredService(IServiceManager);
  const lab = new JupyterLab({ pluginRegistry, serviceManager, mimeExtensions });
  window.jupyterapp = lab;
  await lab.start();
  await lab.restored;
  window.isLabRestored = true;
}

window.addEventListener("load", () => start().catch((error) => console.error(error)));
