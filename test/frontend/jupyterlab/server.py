"""The Jupyter server of Debian with the JupyterLab that build.mjs makes."""

import os

from jupyterlab_server import LabServerApp

HERE = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join(os.path.dirname(HERE), "build")


def _jupyter_server_extension_points():
    return [{"module": __name__, "app": Lab}]


class Lab(LabServerApp):
    name = __name__
    app_name = "JupyterLab"
    app_version = "4.6.4"
    app_url = extension_url = "/lab"
    load_other_extensions = False
    static_dir = BUILT
    templates_dir = HERE
    app_settings_dir = os.path.join(HERE, "settings")
    schemas_dir = os.path.join(BUILT, "schemas")
    themes_dir = os.path.join(BUILT, "themes")
    # Beside the kernelspec, in the home of the test.
    user_settings_dir = os.path.join(os.environ["JUPYTER_CONFIG_DIR"], "settings")
    workspaces_dir = os.path.join(os.environ["JUPYTER_CONFIG_DIR"], "workspaces")


if __name__ == "__main__":
    Lab.launch_instance()
