"""Runs Debian's jupyter_kernel_test against the installed kernelspec and prints the verdicts.

The last line of stdout is a JSON object: name of the test -> "ok", or what went wrong with it.
"""

import json
import sys
import unittest

import jupyter_kernel_test


class PrismKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "prism"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world");'
    code_stderr = 'console.error("to the other stream");'
    code_generate_error = 'throw new RangeError("on purpose");'
    code_clear_output = "display.clear();"

    completion_samples = [
        {"text": "Number.isSafe", "matches": ["isSafeInteger"]},
        {"text": "prism.structureFactors", "matches": ["structureFactors"]},
    ]
    code_inspect_sample = "Math.hypot"
    code_page_something = "Math.hypot?"

    complete_code_samples = ["1;", "const a: number = 1;", "function f() {\n  return 1;\n}"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "`template"]
    invalid_code_samples = ["const = 5;", "let a b;"]

    code_execute_result = [
        {"code": "6 * 7", "mime": "text/plain"},
        {"code": '"a".repeat(3)', "mime": "text/plain"},
        {"code": "await Promise.resolve([1, 2])", "mime": "text/plain"},
    ]
    code_display_data = [
        {"code": 'display.html("<b>bold</b>");', "mime": "text/html"},
        {"code": 'display({ "text/plain": "plain" });', "mime": "text/plain"},
    ]

    code_history_pattern = "6 * *"
    supported_history_operations = ("tail", "range", "search")


class Verdicts(unittest.TextTestResult):
    def __init__(self, *args):
        super().__init__(*args)
        self.verdicts = {}

    def _note(self, test, verdict):
        name = getattr(test, "test_case", test).id().rpartition(".")[2]
        if self.verdicts.get(name, "ok") == "ok":
            self.verdicts[name] = verdict

    def addSuccess(self, test):
        super().addSuccess(test)
        self._note(test, "ok")

    def addError(self, test, err):
        super().addError(test, err)
        self._note(test, self._exc_info_to_string(err, test))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(test, self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._note(test, "skipped")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._note(test, self._exc_info_to_string(err, test))


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(PrismKernelTests)
    runner = unittest.TextTestRunner(stream=sys.stderr, verbosity=2, resultclass=Verdicts)
    print(json.dumps(runner.run(suite).verdicts))
