import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import rspack from "@rspack/core";
import svgToDataUri from "mini-svg-data-uri";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.dirname(here);
const built = path.join(folder, "build");
const require = createRequire(import.meta.url);
const { CssExtractRspackPlugin, DefinePlugin } = rspack;

const css = {
  test: /\.css$/,
  exclude: /\.raw\.css$/,
  type: "javascript/auto",
  use: [CssExtractRspackPlugin.loader, require.resolve("css-loader")],
};
const common = {
  context: folder,
  mode: "production",
  devtool: false,
  performance: { hints: false },
  infrastructureLogging: { level: "error" },
};

/** What JupyterLab's packages expect of a bundler: icons as text, pictures of styles inside them. */
const lab = {
  ...common,
  entry: { main: path.join(here, "main.js") },
  output: { path: built, filename: "[name].js", chunkFilename: "[name].[contenthash:8].js" },
  module: {
    rules: [
      { test: /\.js$/, resolve: { fullySpecified: false } },
      css,
      { test: /\.(raw\.css|md)$/, type: "asset/source" },
      { test: /\.(jpg|png|gif|woff2?|ttf|eot)$/, type: "asset/resource" },
      {
        test: /\.svg$/,
        issuer: /\.css$/,
        type: "asset/inline",
        generator: { dataUrl: (content) => svgToDataUri(content.toString()) },
      },
      { test: /\.svg$/, issuer: /\.js$/, type: "asset/source" },
    ],
  },
  plugins: [
    new DefinePlugin({ process: '({ cwd: () => "/", env: {} })' }),
    new CssExtractRspackPlugin({ filename: "[name].[contenthash:8].css", ignoreOrder: true }),
  ],
  resolve: {
    alias: { "plotly.js/dist/plotly": "plotly.js/plotly.min.js" },
    fallback: {
      url: false,
      buffer: false,
      crypto: false,
      path: require.resolve("path-browserify"),
    },
  },
};

/** A theme is a style sheet that the page loads by its address. */
function theme(name) {
  return {
    ...common,
    entry: { index: `${name}/style/theme.css` },
    output: { path: path.join(built, "themes", name), filename: "[name].js" },
    module: { rules: [css, { test: /\.(svg|png|woff2?|ttf|eot)$/, type: "asset/inline" }] },
    plugins: [new CssExtractRspackPlugin({ filename: "[name].css" })],
  };
}

const configurations = [
  lab,
  theme("@jupyterlab/theme-light-extension"),
  theme("@jupyterlab/theme-dark-extension"),
];

// biome-ignore lint/style/noDefaultExport: the form that rspack reads.
export default configurations;
