"""What a Jupyter client sees of the kernel "ormlet": a real client, a real kernel, no mock.

Usage: python kernel_checks.py FOLDER

FOLDER lies below the root of the checkout, and a cell can import from it as "./<FOLDER>/…".
Prints a line of JSON for each check: its name, and the error if there was one.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from queue import Empty

import jupyter_kernel_test
from jupyter_client.manager import start_new_kernel

folder = Path(sys.argv[1]).resolve()
root = Path(__file__).resolve().parents[3]


class Conformance(jupyter_kernel_test.KernelTests):
    """Jupyter's own suite for kernels. It is told what our language looks like."""

    kernel_name = "ormlet"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oh")'
    completion_samples = [{"text": '"a".toUpperC', "matches": {"toUpperCase"}}]
    complete_code_samples = ["1", "const a = 1", 'console.log("x")', "function f() {\n}"]
    incomplete_code_samples = ["function f() {", "console.log(", "[1,"]
    code_generate_error = 'throw new Error("no")'
    code_execute_result = [
        {"code": "1 + 1", "result": "2"},
        {"code": '({ a: "b" })', "result": "{ a: 'b' }"},
        {"code": "2 ** 10", "result": "1024"},
    ]
    code_display_data = [
        {"code": 'import { display } from "tslab"; display.html("<b>x</b>")', "mime": "text/html"}
    ]
    code_history_pattern = "1 +*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"

    def test_history(self):
        # The suite's last step counts what earlier tests have left; three repeats make it certain.
        for _ in range(3):
            self.execute_helper("1 + 1")
        super().test_history()


class Cell:
    """What came back for one cell."""

    def __init__(self, reply, messages):
        self.reply = reply
        self.status = reply["status"]
        self.messages = [(m["msg_type"], m["content"]) for m in messages]

    def of(self, kind):
        return [content for msg_type, content in self.messages if msg_type == kind]

    @property
    def errors(self):
        return self.of("error")

    @property
    def results(self):
        return [content["data"] for content in self.of("execute_result")]

    def text(self, name="stdout"):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)


class Client:
    """A kernel and a client of it. It runs far from the checkout, as a notebook's folder may be."""

    def __init__(self, **options):
        self.folder = tempfile.TemporaryDirectory()
        self.manager, self.client = start_new_kernel(
            kernel_name="ormlet", cwd=self.folder.name, **options
        )

    def run(self, code, timeout=20, **options):
        return self.finish(self.client.execute(code, **options), timeout)

    def finish(self, msg_id, timeout=20):
        """Waits for the reply and for everything that was published up to `idle`."""
        return Cell(self.reply(msg_id, timeout)["content"], self.published(msg_id, timeout))

    def reply(self, msg_id, timeout=20):
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == msg_id:
                return reply

    def published(self, msg_id, timeout=20):
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            messages.append(message)
            if message["content"].get("execution_state") == "idle":
                return messages

    def begin(self, code):
        """Starts a cell, and waits until the kernel has taken it up: an interrupt before that is not for it."""
        msg_id = self.client.execute(code)
        while True:
            message = self.client.get_iopub_msg(timeout=20)
            if message["parent_header"].get("msg_id") == msg_id and message["msg_type"] == "execute_input":
                return msg_id

    def interrupt(self):
        """Asks for an interrupt. Its answer comes on the control channel."""
        request = self.client.session.msg("interrupt_request", {})
        self.client.control_channel.send(request)
        return request

    def pid(self):
        return int(self.run("process.pid").results[0]["text/plain"])

    def close(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()
        self.folder.cleanup()


def wait_for(path, seconds=20):
    """Waits until a cell has written a file: how a cell that then loops can say that it does."""
    end = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{path} was not written.")
        time.sleep(0.01)


def write(name, text):
    (folder / name).write_text(text)
    return "./" + str((folder / name).relative_to(root)).removesuffix(".ts")


class Cells(unittest.TestCase):
    """One kernel for all of these: each must leave it well for the next."""

    @classmethod
    def setUpClass(cls):
        cls.kernel = Client()
        cls.run_cell = cls.kernel.run

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()

    def run_ok(self, code, **options):
        cell = self.kernel.run(code, **options)
        self.assertEqual((cell.status, cell.errors), ("ok", []))
        return cell

    def run_error(self, code, name):
        """A cell that fails says so in both places, in the same words, and in no others."""
        cell = self.kernel.run(code)
        self.assertEqual(cell.status, "error")
        self.assertEqual(len(cell.errors), 1, cell.messages)
        error = cell.errors[0]
        self.assertEqual(error["ename"], name)
        for part in ("ename", "evalue", "traceback"):
            self.assertEqual(cell.reply[part], error[part])
        self.assertEqual(cell.text("stderr"), "")
        traceback = "\n".join(error["traceback"])
        for inside in ("tslab", "node_modules", "node:internal", "__prev__", "grader/"):
            self.assertNotIn(inside, traceback)
        self.assertLess(len(traceback.splitlines()), 12)
        return cell

    def number(self, cell):
        return cell.reply["execution_count"]

    def test_errors_name_the_line_of_the_cell(self):
        cell = self.run_error('const two = 2;\n\n  throw new TypeError("no");', "TypeError")
        error = cell.errors[0]
        self.assertEqual(error["evalue"], "no")
        self.assertEqual(error["traceback"][0], "TypeError: no")
        self.assertEqual(error["traceback"][1], '  3 |   throw new TypeError("no");')
        self.assertEqual(error["traceback"][2], f"    at cell [{self.number(cell)}]:3:9")

    def test_errors_name_the_lines_of_other_cells_and_after_await(self):
        first = self.run_ok("// a comment\nfunction fails(): number {\n  throw new RangeError('far');\n}")
        second = self.run_error(
            "await new Promise((resolve) => setTimeout(resolve, 1));\n\nfails();", "RangeError"
        )
        frames = [line for line in second.errors[0]["traceback"] if line.startswith("    at ")]
        self.assertEqual(frames[0], f"    at fails (cell [{self.number(first)}]:3:9)")
        self.assertEqual(frames[1], f"    at cell [{self.number(second)}]:3:1")
        self.assertEqual(len(frames), 2)

    def test_compile_errors_name_line_and_column(self):
        cell = self.run_error('const fine = 1;\nlet wrong: string = fine;', "TypeScriptError")
        error = cell.errors[0]
        self.assertEqual(
            error["evalue"], "2:5 - Type 'number' is not assignable to type 'string'."
        )
        self.assertEqual(error["traceback"][1], "  2 | let wrong: string = fine;\n          ^")

    def test_types_are_strict(self):
        cell = self.run_error(
            "const maybe = [1, 2].find((n) => n > 1);\nconst sure: number = maybe;",
            "TypeScriptError",
        )
        self.assertIn("undefined", cell.errors[0]["evalue"])
        self.run_error("const f = (x) => x;", "TypeScriptError")

    def test_a_thrown_value_that_is_no_error(self):
        self.assertIn('"text"', self.run_error('throw "text"', "Thrown").errors[0]["evalue"])

    def test_an_error_says_what_to_do_and_what_caused_it(self):
        cell = self.run_error(
            'class PoolError extends Error { hint = "Close one." }\n'
            'throw Object.assign(new PoolError("full", { cause: new Error("all taken") }));',
            "PoolError",
        )
        self.assertEqual(
            cell.errors[0]["traceback"][:3],
            ["PoolError: full", "Close one.", "Caused by Error: all taken"],
        )

    def test_queued_cells_are_aborted_after_an_error_and_the_kernel_goes_on(self):
        codes = ["const q1 = 1", 'throw new Error("stop")', "const q2 = 2", "const q3 = 3"]
        sent = [self.kernel.client.execute(code) for code in codes]
        cells = [self.kernel.finish(msg_id) for msg_id in sent]
        self.assertEqual(
            [cell.status for cell in cells], ["ok", "error", "aborted", "aborted"]
        )
        self.assertEqual(self.run_ok("q1").results, [{"text/plain": "1"}])
        self.run_error("q2", "TypeScriptError")

    def test_queued_cells_run_when_the_client_wants_it(self):
        sent = [
            self.kernel.client.execute(code, stop_on_error=False)
            for code in ('throw new Error("go on")', "const kept = 7; kept")
        ]
        cells = [self.kernel.finish(msg_id) for msg_id in sent]
        self.assertEqual([cell.status for cell in cells], ["error", "ok"])
        self.assertEqual(cells[1].results, [{"text/plain": "7"}])

    def test_an_unhandled_rejection_fails_the_cell(self):
        self.run_error('void Promise.reject(new Error("nobody listens"));', "Error")

    def test_an_error_in_a_callback_fails_the_cell_that_waits(self):
        self.run_error(
            'setTimeout(() => { throw new Error("in a timer"); }, 5);\n'
            "await new Promise((resolve) => setTimeout(resolve, 50));",
            "Error",
        )

    def test_a_rejection_after_the_cell_is_shown_below_it(self):
        msg_id = self.kernel.client.execute(
            'setTimeout(() => void Promise.reject(new Error("late")), 100); 0'
        )
        self.assertEqual(self.kernel.finish(msg_id).status, "ok")
        message = self.kernel.client.get_iopub_msg(timeout=5)
        self.assertEqual(message["msg_type"], "error")
        self.assertEqual(message["content"]["evalue"], "late")
        self.assertEqual(message["parent_header"]["msg_id"], msg_id)

    def test_no_output_is_lost(self):
        cell = self.run_ok("for (let i = 0; i < 10_000; i += 1) console.log(`line ${i}`);")
        self.assertEqual(cell.text(), "".join(f"line {i}\n" for i in range(10_000)))
        # A server of Jupyter's drops what comes in more than 1000 messages a second.
        self.assertLess(len(cell.of("stream")), 100)

    def test_output_keeps_its_order_and_comes_while_the_cell_runs(self):
        cell = self.run_ok('console.log("a"); console.error("b"); console.log("c"); 1')
        outputs = [(k, c) for k, c in cell.messages if k in ("stream", "execute_result")]
        self.assertEqual(
            [c.get("text") for _, c in outputs], ["a\n", "b\n", "c\n", None]
        )
        msg_id = self.kernel.client.execute(
            'console.log("first"); await new Promise((r) => setTimeout(r, 3000));'
        )
        start = time.monotonic()
        while True:
            message = self.kernel.client.get_iopub_msg(timeout=5)
            if message["msg_type"] == "stream":
                break
        self.assertLess(time.monotonic() - start, 2)
        self.kernel.manager.interrupt_kernel()
        self.kernel.finish(msg_id)

    def test_shorthand_for_variables_of_earlier_cells(self):
        self.run_ok("const users = ['Ada']; let count = 1;")
        cell = self.run_ok("({ users, inner: { count } })")
        self.assertEqual(cell.results, [{"text/plain": "{ users: [ 'Ada' ], inner: { count: 1 } }"}])
        self.run_ok("({ count } = { count: 5 })")
        self.assertEqual(self.run_ok("count").results, [{"text/plain": "5"}])

    def test_a_missing_file_does_not_wedge_the_kernel(self):
        path = "./" + str((folder / "later").relative_to(root))
        code = f'import {{ answer }} from "{path}"; answer'
        self.run_error(code, "TypeScriptError")
        self.assertEqual(self.run_ok("1").results, [{"text/plain": "1"}])
        write("later.ts", "export const answer = 42;\n")
        self.assertEqual(self.run_ok(code).results, [{"text/plain": "42"}])

    def test_a_changed_file_is_read_again_through_other_files_too(self):
        write("inner.ts", "export const inner = 1;\n")
        path = write("outer.ts", 'import { inner } from "./inner.js";\nexport const outer = inner * 10;\n')
        code = f'import {{ outer }} from "{path}"; outer'
        self.assertEqual(self.run_ok(code).results, [{"text/plain": "10"}])
        write("inner.ts", "export const inner = 23;\n")
        self.assertEqual(self.run_ok(code).results, [{"text/plain": "230"}])

    def test_errors_in_a_file_name_its_lines(self):
        path = write("broken.ts", "export function broken(): void {\n  throw new Error('deep');\n}\n")
        cell = self.run_error(f'import {{ broken }} from "{path}";\nbroken();', "Error")
        shown = path.removeprefix("./") + ".ts"
        self.assertIn(f"    at broken ({shown}:2:9)", cell.errors[0]["traceback"])
        path = write("untyped.ts", "\nexport const n: { a: { b: string } } = { a: { b: 1 } };\n")
        cell = self.kernel.run(f'import {{ n }} from "{path}"; n')
        shown = path.removeprefix("./") + ".ts"
        self.assertTrue(cell.errors[0]["evalue"].startswith(f"{shown}:2:"), cell.errors)

    def test_an_endless_wait_can_be_interrupted(self):
        msg_id = self.kernel.begin("await new Promise(() => {});")
        queued = self.kernel.client.execute("1")
        time.sleep(0.5)
        self.kernel.manager.interrupt_kernel()
        cell = self.kernel.finish(msg_id)
        self.assertEqual([error["ename"] for error in cell.errors], ["KeyboardInterrupt"])
        self.assertEqual(self.kernel.finish(queued).status, "aborted")
        self.run_ok("1")

    def test_an_endless_wait_can_be_interrupted_by_a_signal(self):
        pid = self.kernel.pid()
        msg_id = self.kernel.begin("await new Promise(() => {});")
        time.sleep(0.5)
        os.kill(pid, signal.SIGINT)
        self.assertEqual(self.kernel.finish(msg_id).errors[0]["ename"], "KeyboardInterrupt")
        self.run_ok("1")

    def test_an_interrupt_between_cells_is_answered_and_does_nothing(self):
        request = self.kernel.interrupt()
        reply = self.kernel.client.get_control_msg(timeout=5)
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(reply["parent_header"]["msg_id"], request["header"]["msg_id"])
        self.run_ok("1")

    def test_an_endless_loop_can_be_interrupted(self):
        for number, (before, after) in enumerate((
            ("", ""),
            ("await null;", ""),
            ("setTimeout(() => {", "}, 1); await new Promise(() => {});"),
        )):
            mark = folder / f"loop-{number}"
            begun = f'require("node:fs").writeFileSync({json.dumps(str(mark))}, "");'
            msg_id = self.kernel.client.execute(f"{before} {begun} while (true) {{}} {after}")
            wait_for(mark)
            self.interrupted(msg_id)

    def test_an_interrupt_that_meets_the_compiler_ends_the_cell(self):
        # It takes seconds to compile, longer than the kernel waits before it sends a signal.
        long = "".join(f"const long{n} = {{ a: {n}, b: [{n}, '{n}'] }};" for n in range(400))
        for code in ("while (true) {}", "await null; while (true) {}"):
            self.interrupted(self.kernel.begin(f"{{ {long} }} {code}"))

    def test_an_interrupt_that_meets_a_completion_lets_it_end(self):
        # It takes longer than the kernel waits before it ends a loop.
        code = "".join(f"const long{n} = {{ a: {n}, b: [{n}, '{n}'] }};" for n in range(3000)) + "long1"
        msg_id = self.kernel.client.complete(code)
        time.sleep(0.1)
        self.kernel.interrupt()
        self.assertIn("long1", self.kernel.reply(msg_id)["content"]["matches"])
        self.kernel.client.get_control_msg(timeout=5)
        self.run_ok("1")

    def interrupted(self, msg_id):
        self.kernel.manager.interrupt_kernel()
        errors = self.kernel.finish(msg_id).errors
        self.assertEqual([error["ename"] for error in errors], ["KeyboardInterrupt"])
        self.run_ok("await new Promise((resolve) => setTimeout(resolve, 1)); 1")

    def test_the_root_is_the_working_directory_and_the_packages_are_found(self):
        self.assertEqual(self.run_ok("process.cwd()").results, [{"text/plain": str(root)}])
        cell = self.run_ok(
            'import * as ormlet from "ormlet";\nimport * as course from "course";\n'
            "[typeof ormlet, typeof course]"
        )
        self.assertEqual(cell.results, [{"text/plain": "[ 'object', 'object' ]"}])
        self.assertEqual(cell.text("stderr"), "")

    def test_values_show_themselves(self):
        bundle = '{ "text/html": "<b>1</b>", "text/plain": "one" }'
        for method in (f"() => ({bundle})", f"async () => ({bundle})"):
            cell = self.run_ok(f'({{ [Symbol.for("Jupyter.display")]: {method} }})')
            self.assertEqual(cell.results, [{"text/html": "<b>1</b>", "text/plain": "one"}])
        self.run_error(
            '({ [Symbol.for("Jupyter.display")]() { throw new Error("shy"); } })', "Error"
        )
        self.assertEqual(self.run_ok("undefined").results, [])
        self.assertEqual(self.run_ok('"text"').results, [{"text/plain": "text"}])

    def test_a_display_can_be_updated(self):
        cell = self.run_ok(
            'import { newDisplay } from "tslab";\nconst shown = newDisplay();\n'
            'shown.text("1"); shown.text("2");'
        )
        first, second = cell.of("display_data")[0], cell.of("update_display_data")[0]
        self.assertEqual(first["transient"]["display_id"], second["transient"]["display_id"])
        self.assertEqual(second["data"], {"text/plain": "2"})

    def test_a_cell_that_declares_can_be_run_again(self):
        code = "class Book { constructor(readonly title: string) {} }\nconst book = new Book('Emma');"
        self.run_ok(code)
        self.run_ok(code)
        self.assertEqual(self.run_ok("book.title").results, [{"text/plain": "Emma"}])

    def test_for_await_needs_no_function(self):
        cell = self.run_ok("for await (const n of [Promise.resolve(1), 2]) console.log(n);")
        self.assertEqual(cell.text(), "1\n2\n")

    def test_a_cell_cannot_end_the_kernel(self):
        self.run_error("process.exit(0)", "ProcessExit")
        self.run_error("try { process.exit(0) } catch {}", "ProcessExit")
        self.run_error("setTimeout(() => process.exit(0), 1); await new Promise((r) => setTimeout(r, 30))", "ProcessExit")
        self.run_ok("1")

    def test_a_cell_for_the_browser_is_refused(self):
        self.run_error("/** @browser */\nconst x = 1;", "KernelError")

    def test_a_silent_cell_leaves_no_trace(self):
        before = self.number(self.run_ok("1"))
        cell = self.kernel.run('console.log("x"); 2', silent=True)
        self.assertEqual(cell.status, "ok")
        self.assertEqual({kind for kind, _ in cell.messages}, {"status"})
        self.assertEqual(self.number(self.run_ok("1")), before + 1)

    def test_completion_counts_characters_not_units(self):
        self.run_ok("const library = { books: 1, members: 2 };")
        # An emoji is one character for Jupyter and two units for JavaScript.
        code = '"📚"; library.boo'
        msg_id = self.kernel.client.complete(code, len(code))
        content = self.kernel.reply(msg_id)["content"]
        self.assertEqual(content["matches"], ["books"])
        self.assertEqual((content["cursor_start"], content["cursor_end"]), (len(code) - 3, len(code)))

    def test_inspection_shows_types_of_earlier_cells(self):
        self.run_ok("/** How many there are. */\nconst copies: number = 3;")
        msg_id = self.kernel.client.inspect("copies", 3)
        content = self.kernel.reply(msg_id)["content"]
        self.assertIn("copies: number", content["data"]["text/plain"])

    def test_an_unknown_request_does_no_harm(self):
        self.kernel.client.shell_channel.send(self.kernel.client.session.msg("made_up_request", {}))
        self.run_ok("1")


hook = """
import { writeFileSync } from "node:fs";
const key = Symbol.for("course.onShutdown");
const holder = globalThis as unknown as { [key: symbol]: Set<() => unknown> };
holder[key] ??= new Set();
holder[key].add(async () => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(%s, "done");
});
"""


class Endings(unittest.TestCase):
    """How a kernel ends, and that it does."""

    def test_shutdown_waits_for_hooks_but_not_for_ever(self):
        done = folder / "shutdown"
        mark = folder / "shutdown-loop"
        kernel = Client()
        kernel.run(hook % json.dumps(str(done)) + "holder[key].add(() => new Promise(() => {}));")
        # Not even a loop keeps it from ending.
        begun = f'require("node:fs").writeFileSync({json.dumps(str(mark))}, "");'
        kernel.client.execute(f"await null; {begun} while (true) {{}}")
        wait_for(mark)
        start = time.monotonic()
        kernel.close()
        self.assertLess(time.monotonic() - start, 4)
        self.assertEqual(done.read_text(), "done")

    def test_sigterm_runs_the_hooks(self):
        done = folder / "sigterm"
        kernel = Client()
        try:
            kernel.run(hook % json.dumps(str(done)))
            pid = kernel.pid()
            os.kill(pid, signal.SIGTERM)
            self.assertTrue(ends(pid))
            self.assertEqual(done.read_text(), "done")
        finally:
            kernel.close()

    def test_the_kernel_ends_with_its_parent(self):
        parent = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys, time\nfrom jupyter_client.manager import start_new_kernel\n"
                "manager, client = start_new_kernel(kernel_name='ormlet')\n"
                "print(manager.provisioner.pid, flush=True)\ntime.sleep(60)",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        parent.stdout.close()
        self.assertTrue(ends(pid))


def ends(pid, seconds=5):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            if state == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False


class Lines(unittest.TestResult):
    """Reports each check as a line of JSON."""

    def say(self, test, error=None):
        print(json.dumps({"name": test.id().removeprefix("__main__."), "error": error}), flush=True)

    def addSuccess(self, test):
        self.say(test)

    def addSkip(self, test, reason):
        pass

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.say(subtest, self._exc_info_to_string(error, test))
            self.failures.append((subtest, ""))

    def addFailure(self, test, error):
        self.say(test, self._exc_info_to_string(error, test))

    addError = addFailure


if __name__ == "__main__":
    loader = unittest.defaultTestLoader
    names = sys.argv[2:]
    suite = (
        loader.loadTestsFromNames(names, sys.modules[__name__])
        if names
        else loader.loadTestsFromModule(sys.modules[__name__])
    )
    suite.run(Lines())
