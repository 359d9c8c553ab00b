import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { InvalidConfiguration } from "prism-lab";
import { plotlyPath } from "prism-lab/internal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InstallError } from "../../../../kernel/cli/errors.js";
import {
  installCommand,
  kernelsFolder,
  uninstallCommand,
} from "../../../../kernel/cli/install/install-command.js";
import {
  environmentPrefix,
  findOnPath,
  jupyterDataFolders,
  type Platform,
  userDataFolder,
} from "../../../../kernel/cli/install/jupyter-paths.js";
import { installKernelspec, readKernelspec } from "../../../../kernel/cli/install/kernelspec.js";
import { assetPath } from "../../../../kernel/cli/package-root.js";

const linux = (env: Platform["env"]): Platform => ({ platform: "linux", home: "/home/ada", env });

describe("userDataFolder", () => {
  it.each<[NodeJS.Platform, string, Platform["env"], string]>([
    ["linux", "/home/ada", {}, "/home/ada/.local/share/jupyter"],
    ["linux", "/home/ada", { XDG_DATA_HOME: "/data" }, "/data/jupyter"],
    ["linux", "/home/ada", { JUPYTER_DATA_DIR: "/own dir" }, "/own dir"],
    ["darwin", "/Users/ada", {}, "/Users/ada/Library/Jupyter"],
    ["win32", "C:\\Users\\ada", { APPDATA: "C:\\R" }, "C:\\R\\jupyter"],
    ["win32", "C:\\Users\\ada", {}, "C:\\Users\\ada\\AppData\\Roaming\\jupyter"],
  ])("on %s in %s with %j", (platform, home, env, expected) => {
    expect(userDataFolder({ platform, home, env })).toBe(expected);
  });
});

describe("kernelsFolder", () => {
  it("is the user's own by default, that of a prefix, or that of the environment", async () => {
    const platform = linux({ VIRTUAL_ENV: "/venv" });
    expect(await kernelsFolder({}, platform)).toBe("/home/ada/.local/share/jupyter/kernels");
    expect(await kernelsFolder({ user: true }, platform)).toBe(
      "/home/ada/.local/share/jupyter/kernels",
    );
    expect(await kernelsFolder({ prefix: "/opt/my env" }, platform)).toBe(
      "/opt/my env/share/jupyter/kernels",
    );
    expect(await kernelsFolder({ sysPrefix: true }, platform)).toBe("/venv/share/jupyter/kernels");
  });

  it("is only one", async () => {
    const both = kernelsFolder({ user: true, prefix: "/p" }, linux({}));
    await expect(both).rejects.toThrow(/got --user and --prefix; keep one/);
  });
});

describe("prism uninstall", () => {
  const platform = linux({});
  let prefix: string;

  beforeEach(async () => {
    prefix = await mkdtemp(path.join(tmpdir(), "prism uninstall "));
  });

  afterEach(() => rm(prefix, { recursive: true }));

  it("removes what prism install has written, and only that", async () => {
    const options = { prefix, name: "prism" };
    const kernels = path.join(prefix, "share", "jupyter", "kernels");
    await installCommand(options, platform, () => {});
    await installCommand({ ...options, name: "other" }, platform, () => {});
    let said = "";
    await uninstallCommand(options, platform, (text) => {
      said += text;
    });
    expect(said).toBe(`removed the kernelspec "prism" from ${path.join(kernels, "prism")}\n`);
    expect(await readdir(kernels)).toEqual(["other"]);
    await expect(uninstallCommand(options, platform, () => {})).rejects.toThrow(/found none; say/);
  });

  it("leaves the kernelspec of another kernel alone", async () => {
    const folder = path.join(prefix, "share", "jupyter", "kernels", "python3");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "kernel.json"), '{"display_name":"Python 3","argv":[]}');
    const removal = uninstallCommand({ prefix, name: "python3" }, platform, () => {});
    await expect(removal).rejects.toThrow(/that of another kernel \("Python 3"\)/);
    await expect(removal).rejects.toBeInstanceOf(InstallError);
    for (const name of ["..", ".", "a/b"]) {
      const outside = uninstallCommand({ prefix, name }, platform, () => {});
      await expect(outside).rejects.toBeInstanceOf(InvalidConfiguration);
    }
    expect(await readdir(folder)).toEqual(["kernel.json"]);
  });

  it.runIf(process.platform === "linux")("and install say so where nothing can be", async () => {
    const installing = installCommand({ prefix: "/proc/x", name: "prism" }, platform, () => {});
    await expect(installing).rejects.toThrow(/to write the kernelspec to .* failed \(ENOENT\)/);
  });
});

describe("with a folder of its own", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism install "));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function executable(name: string, text: string): Promise<void> {
    await writeFile(path.join(folder, name), text);
    await chmod(path.join(folder, name), 0o755);
  }

  it("installs what front ends look for, twice to the same place, and says where", async () => {
    let said = "";
    const write = (text: string): void => {
      said += text;
    };
    const known = linux({ JUPYTER_PATH: path.join(folder, "share", "jupyter") });
    await installCommand({ prefix: folder, name: "prism" }, known, write);
    await installCommand({ prefix: folder, name: "prism" }, known, write);
    const target = path.join(folder, "share", "jupyter", "kernels", "prism");
    expect((await readdir(target)).sort()).toEqual([
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
      "plotly.min.js",
    ]);
    expect(await readdir(path.dirname(target))).toEqual(["prism"]);
    expect(said).toContain(`installed the kernelspec "prism" in ${target}\nnext: start JupyterLab`);
    const { size } = await stat(path.join(target, "plotly.min.js"));
    expect(size).toBe((await stat(plotlyPath())).size);
    expect(await readKernelspec(target)).toMatchObject({
      argv: [
        process.execPath,
        "--no-force-async-hooks-checks",
        expect.stringMatching(/^\/.*dist\/kernel\/cli\/main\.js$/),
        "kernel",
        "-f",
        "{connection_file}",
      ],
      display_name: "Prism (TypeScript)",
      language: "typescript",
      interrupt_mode: "message",
    });
  });

  it("says how to make Jupyter look into a prefix of one's own", async () => {
    const data = path.join(folder, "share", "jupyter");
    const said: string[] = [];
    const install = (platform: Platform): Promise<void> =>
      installCommand({ prefix: folder, name: "prism" }, platform, (text) => said.push(text));
    await install(linux({}));
    await install(linux({ JUPYTER_PATH: "/other" }));
    expect(said[0]).toContain(`start it by \`JUPYTER_PATH='${data}' jupyter lab\``);
    expect(said[1]).toContain(`export JUPYTER_PATH='${data}:/other'`);
    await mkdir(path.join(folder, "bin"));
    await executable(path.join("bin", "jupyter"), "#!/bin/sh\n");
    await install(linux({}));
    expect(said[2]).toContain(`start JupyterLab by \`${folder}/bin/jupyter lab\``);
  });

  it("refuses a name that Jupyter would not find, and a place that cannot be", async () => {
    await expect(installKernelspec(folder, "a/b")).rejects.toThrow(InvalidConfiguration);
    await writeFile(path.join(folder, "file"), "");
    const below = installKernelspec(path.join(folder, "file"), "prism");
    await expect(below).rejects.toThrow(InstallError);
    await expect(below).rejects.toThrow(/choose another place/);
  });

  it("takes the prefix of an activated environment, else of the jupyter on PATH", async () => {
    // The system cannot start a script whose first line names a path with a space.
    const plain = await mkdtemp(path.join(tmpdir(), "prism-install-"));
    try {
      await writeFile(path.join(plain, "jupyter"), `#!${plain}/python3.11\n`);
      await writeFile(path.join(plain, "python3.11"), "#!/bin/sh\necho /of/jupyter\n");
      for (const name of ["jupyter", "python3.11"]) await chmod(path.join(plain, name), 0o755);
      expect(await environmentPrefix(linux({ PATH: plain }))).toBe("/of/jupyter");
      const activated = linux({ PATH: plain, CONDA_PREFIX: "/conda" });
      expect(await environmentPrefix(activated)).toBe("/conda");
    } finally {
      await rm(plain, { recursive: true });
    }
    expect(await findOnPath("jupyter", {})).toBeUndefined();
  });

  it("asks Jupyter for its folders, and does without where there is none", async () => {
    await executable("jupyter", `#!/bin/sh\necho '{"data": ["/a", "/b"]}'\n`);
    expect(await jupyterDataFolders(linux({ PATH: folder }))).toEqual(["/a", "/b"]);
    await executable("jupyter", "#!/bin/sh\nexit 1\n");
    const own = ["/home/ada/.local/share/jupyter"];
    expect(await jupyterDataFolders(linux({ PATH: folder }))).toEqual(own);
    await mkdir(path.join(folder, "empty"));
    expect(await jupyterDataFolders(linux({ PATH: path.join(folder, "empty") }))).toEqual(own);
  });
});

describe("logos", () => {
  it.each([32, 64])("of %d pixels are what the drawing gives", async (size) => {
    const drawing = await readFile(assetPath("logo-svg.svg"), "utf8");
    const png = new Resvg(drawing, { fitTo: { mode: "width", value: size } }).render().asPng();
    const kept = await readFile(assetPath(`logo-${size}x${size}.png`));
    expect(kept.equals(png)).toBe(true);
    expect([kept.readUInt32BE(16), kept.readUInt32BE(20)]).toEqual([size, size]);
  });
});
