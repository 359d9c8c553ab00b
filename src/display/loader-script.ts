/**
 * Runs in the front end, as text inside the output: `(function)(figure, name)`. It must therefore
 * stand alone, in JavaScript that any browser of the last years runs.
 *
 * - Plotly is taken from the page, else from the Jupyter server behind the page, else the picture
 *   stays: nbviewer, a mail, an untrusted notebook, a browser without WebGL for a 3D scene.
 * - Frames of an animation come packed, as `packed-frames.ts` says.
 * - A browser keeps about 16 WebGL scenes alive and kills the oldest without a word. So only the
 *   last eight are live; an older one turns back into its picture, and a click revives it.
 */
export const loaderScript: string = `function (figure, name) {
  var w = window, d = document, gl = /^(scatter3d|mesh3d|surface|cone|streamtube|isosurface|volume|.*gl)$/;
  var page = w.prismFigures1 || (w.prismFigures1 = { live: [] });
  var is3d = figure.data.some(function (t) { return gl.test(t.type); });
  function load() {
    if (w.Plotly) return Promise.resolve(w.Plotly);
    var config = d.getElementById("jupyter-config-data"), base = d.body.dataset.baseUrl;
    if (config) base = JSON.parse(config.textContent).baseUrl;
    return page.loading || (page.loading = base ? fetched(base) : brought());
  }
  function fetched(base) {
    return new Promise(function (done, fail) {
      var script = d.createElement("script");
      script.src = base.replace(/\\/*$/, "/") + "kernelspecs/prism/plotly.min.js";
      script.onload = function () { w.Plotly ? done(w.Plotly) : fail(new Error("no Plotly")); };
      script.onerror = function () { page.loading = null; fail(new Error(script.src)); };
      d.head.appendChild(script);
    });
  }
  function brought() {
    return new Promise(function (done, fail) {
      function look() {
        w.Plotly ? done(w.Plotly) : fail(new Error("no Plotly on this page and no Jupyter server behind it"));
      }
      // A page that is still being read may bring Plotly further down.
      if (d.readyState === "loading") d.addEventListener("DOMContentLoaded", look);
      else look();
    });
  }
  function rest(item) {
    item.resize.disconnect();
    w.Plotly.purge(item.graph);
    item.graph.remove();
    item.picture.style.visibility = "";
    item.box.title = "Click to make this figure interactive again";
    item.box.onclick = function () { draw(w.Plotly, item.box); };
  }
  function keep(item) {
    page.live = page.live.filter(function (other) {
      if (other.box.isConnected) return true;
      rest(other);
      return false;
    });
    if (is3d && page.live.push(item) > 8) rest(page.live.shift());
  }
  function unpacked(copy) {
    (copy.frames || []).forEach(function (frame) {
      (frame.data || []).forEach(function (trace, i) {
        ["x", "y", "z"].forEach(function (key) {
          var runs = trace[key] && trace[key].runs, out = [];
          if (!runs) return;
          var from = copy.data[frame.traces[i]][key];
          for (var r = 0; r < runs.length; r += 2) {
            for (var n = 0; n < runs[r]; n++) {
              var start = from[out.length];
              out.push(start === null ? null : Number((start + runs[r + 1] / 1000).toFixed(3)));
            }
          }
          trace[key] = out;
        });
      });
    });
    return copy;
  }
  function draw(plotly, box) {
    var graph = d.createElement("div"), picture = box.firstElementChild;
    box.onclick = null;
    box.title = "";
    graph.style.cssText = "position:absolute;inset:0";
    box.appendChild(graph);
    plotly.newPlot(graph, unpacked(JSON.parse(JSON.stringify(figure)))).then(function () {
      picture.style.visibility = "hidden";
      var resize = new ResizeObserver(function () { if (graph.offsetWidth) plotly.Plots.resize(graph); });
      resize.observe(box);
      keep({ box: box, graph: graph, picture: picture, resize: resize });
    }, function (error) { graph.remove(); console.warn("Prism: " + error); });
  }
  if (is3d && !d.createElement("canvas").getContext("webgl")) return;
  load().then(function (plotly) {
    d.querySelectorAll('[data-prism-figure="' + name + '"]:not([data-drawn])').forEach(function (box) {
      box.dataset.drawn = "yes";
      draw(plotly, box);
    });
  }, function (error) { console.info("Prism shows the picture: " + error.message); });
}`;
