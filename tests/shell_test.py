#!/usr/bin/env python3
"""The shell in the default image, on a pseudo-terminal and without one.

usage: shell_test.py BUILD [NAME…]
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import traceback

from shell_session import (BACKSPACE, CTRL_A, CTRL_C, CTRL_D, CTRL_E, CTRL_K, CTRL_L, CTRL_U, CTRL_W, DEADLINE, DELETE,
                           DOWN, END, ENTER, HOME, LEFT, RIGHT, TAB, UP, WORD_LEFT, WORD_RIGHT, Failure, Session)

BUILD = pathlib.Path(sys.argv[1]).resolve()
JACINTH = str(BUILD / "bin/jacinth")
IMAGE = str(BUILD / "bin/default.zbi")
CASES = []


def case(function):
    CASES.append(function)
    return function


def shell(*options, image=IMAGE):
    return Session([JACINTH, "zircon", image, *options])


def batch(text, *options, image=IMAGE):
    """Runs the shell with `text` as its standard input, which is no terminal."""
    return subprocess.run([JACINTH, "zircon", image, *options], input=text.encode(), capture_output=True,
                          timeout=DEADLINE, check=False)


def equal(found, wanted):
    if found != wanted:
        raise Failure(f"found {found!r}, wanted {wanted!r}")


def match(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise Failure(f"nothing like {pattern!r} in {text!r}")
    return found


def edited(keys, wanted):
    """What a line edited by `keys` makes echo print."""
    with shell() as session:
        equal(session.enter(keys), wanted)


# --- Editing.


@case
def runs_a_program_with_arguments():
    edited("echo one two", "one two\n")


@case
def backspace_erases_before_the_cursor():
    edited("echo abX" + BACKSPACE + "c", "abc\n")


@case
def arrows_move_and_typing_inserts():
    edited("echo ad" + LEFT + "bc" + RIGHT + "e", "abcde\n")


@case
def home_and_end():
    edited("cho b" + HOME + "e" + END + "c", "bc\n")


@case
def control_a_and_e_are_home_and_end():
    edited("cho b" + CTRL_A + "e" + CTRL_E + "c", "bc\n")


@case
def control_k_erases_to_the_end():
    edited("echo abc" + LEFT * 2 + CTRL_K, "a\n")


@case
def control_u_erases_to_the_start():
    edited("nonsense" + CTRL_U + "echo a", "a\n")


@case
def control_w_erases_a_word():
    edited("echo a b wrong" + CTRL_W + "c", "a b c\n")


@case
def delete_and_control_d_erase_after_the_cursor():
    edited("echo aXYb" + LEFT * 3 + DELETE + CTRL_D, "ab\n")


@case
def control_arrows_move_by_words():
    edited("echo one two" + WORD_LEFT * 2 + "zero " + WORD_RIGHT + "!", "zero one! two\n")


@case
def utf8_is_erased_by_characters():
    edited("echo aä€" + BACKSPACE + BACKSPACE + "ö" + LEFT + "x", "axö\n")


@case
def lines_wider_than_the_screen_scroll():
    words = " ".join(f"word{i}" for i in range(60))
    with shell() as session:
        equal(session.enter("echo " + words + HOME + END), words + "\n")


@case
def control_l_clears_and_keeps_the_line():
    with shell() as session:
        session.send("echo a" + CTRL_L)
        session.expect(r"jacinth\$ echo a")
        equal(session.enter("b"), "ab\n")


@case
def control_c_drops_the_line():
    with shell() as session:
        session.send("echo wrong" + CTRL_C)
        session.expect_prompt()
        equal(session.enter("echo $?"), "130\n")


@case
def up_recalls_older_lines_and_down_returns():
    with shell() as session:
        session.enter("echo 1")
        session.enter("echo 2")
        equal(session.enter(UP + UP), "1\n")
        equal(session.enter("echo draft" + UP + UP + DOWN + DOWN), "draft\n")


@case
def recalled_lines_can_be_edited():
    with shell() as session:
        session.enter("echo first")
        equal(session.enter(UP + BACKSPACE * 5 + "second"), "second\n")


@case
def history_lists_lines_without_repetitions():
    with shell() as session:
        session.enter("echo a")
        session.enter("echo a")
        equal(session.enter("history"), "    1  echo a\n    2  history\n")


@case
def tab_completes_a_program():
    edited("ech" + TAB + "done", "done\n")


@case
def tab_completes_as_far_as_names_agree_then_lists():
    with shell() as session:
        session.send("t" + TAB + TAB)
        session.expect(r"time +trace +threads +true *\njacinth\$ t")
        equal(session.enter("rue; echo ok"), "ok\n")


@case
def tab_completes_a_file_name():
    with shell() as session:
        match("Welcome to Jacinth", session.enter("cat mo" + TAB))


@case
def tab_with_nothing_to_complete_changes_nothing():
    edited("echo zz" + TAB + "y", "zzy\n")


# --- Words.


@case
def quotes_keep_blanks():
    edited("""echo 'a  b' "c  d" e\\ \\ f '$?' "$?\"""", "a  b c  d e  f $? 0\n")


@case
def a_comment_is_no_word():
    edited("echo a # b", "a\n")


@case
def semicolons_separate_commands():
    edited("echo a; echo b ;echo c", "a\nb\nc\n")


@case
def syntax_errors_are_told_and_run_nothing():
    with shell() as session:
        equal(session.enter("echo 'a"), "a quote is not closed\n")
        equal(session.enter("echo a |"), "a command is missing\n")
        equal(session.enter("| wc"), "a command is missing\n")
        equal(session.enter("echo $?"), "2\n")


@case
def too_many_commands_are_refused():
    edited("|".join(["true"] * 17), "too many commands in the pipeline\n")


# --- Exit codes and pipes.


@case
def exit_codes_are_told_and_kept():
    with shell() as session:
        equal(session.enter("return 7"), "return: exited with 7\n")
        equal(session.enter("echo $?"), "7\n")
        equal(session.enter("true"), "")
        equal(session.enter("echo $?"), "0\n")


@case
def a_missing_program_is_127():
    with shell() as session:
        equal(session.enter("nonsense"), "nonsense: no such program\n")
        equal(session.enter("echo $?"), "127\n")


@case
def a_file_that_is_no_program_is_126():
    with shell() as session:
        equal(session.enter("/motd"), "/motd: not a program\n")
        equal(session.enter("echo $?"), "126\n")


@case
def pipes_join_programs():
    edited("echo one two three | wc", "1 3 14\n")


@case
def a_pipeline_ends_when_its_reader_does():
    edited("yes word | head 3 | wc", "3 3 15\n")


@case
def a_pipeline_with_a_missing_program_does_not_run():
    edited("echo a | nonsense", "nonsense: no such program\n")


@case
def the_last_program_of_a_pipeline_gives_the_code():
    with shell() as session:
        equal(session.enter("return 3 | true; echo $?"), "0\n")
        equal(session.enter("true | return 3; echo $?"), "return: exited with 3\n3\n")


@case
def much_output_arrives_whole():
    edited("yes 0123456789 | head 50000 | cat | wc", "50000 50000 550000\n")


@case
def built_ins_run_alone():
    match("only run alone", batch("help | wc\n").stdout.decode())


# --- Input of programs.


@case
def typing_goes_to_the_foreground_program():
    with shell() as session:
        session.send("cat" + ENTER + "typed lYY" + BACKSPACE * 2 + "ine" + ENTER)
        session.expect(r"typed l.*\n.*typed line\n")
        session.send(CTRL_D)
        session.expect_prompt()


@case
def what_a_program_does_not_read_is_the_shells():
    with shell() as session:
        session.send("sleep 0.2\recho early\r")
        session.expect(r"\nearly\n")


@case
def control_d_ends_one_programs_input_only():
    with shell() as session:
        for _ in range(2):
            session.send("wc" + ENTER + "a b" + ENTER)
            session.expect(r"a b\n")
            session.send(CTRL_D)
            session.expect(r"1 2 4\n")
            session.expect_prompt()


# --- Background.


@case
def background_commands_are_listed_and_waited_for():
    with shell() as session:
        equal(session.enter("sleep 0.3 &"), "[1] sleep 0.3\n")
        equal(session.enter("jobs"), "[1] running: sleep 0.3\n")
        session.send("wait" + ENTER)
        session.expect(r"\[1\] exited with 0: sleep 0\.3\n")
        session.expect_prompt()
        equal(session.enter("jobs"), "")


@case
def wait_gives_the_code_of_the_command():
    with shell() as session:
        session.send("return 9 & wait 1; echo code $?" + ENTER)
        session.expect(r"code [09]\n")  # it may have ended before `wait` looked


@case
def the_line_being_edited_survives_a_notice():
    with shell() as session:
        session.send("sleep 0.3 &" + ENTER)
        session.expect_prompt()
        session.send("echo kept")
        session.expect(r"\[1\] exited with 0: sleep 0\.3\n.*echo kept")
        equal(session.enter("!"), "kept!\n")


@case
def background_commands_have_no_input():
    with shell() as session:
        session.send("wc &" + ENTER)
        session.expect(r"0 0 0\n")


# --- Ctrl-C.


@case
def control_c_ends_a_program_that_only_computes():
    with shell() as session:
        session.send("spin" + ENTER)
        session.expect("spin\n")
        session.send(CTRL_C)
        match(r"spin: killed", session.expect_prompt())
        equal(session.enter("echo $?"), "130\n")


@case
def control_c_ends_the_whole_pipeline():
    with shell() as session:
        session.send("yes | sleep 1000 | cat" + ENTER)
        session.expect("cat\n")
        session.send(CTRL_C)
        text = session.expect_prompt()
        for name in ("yes", "sleep", "cat"):
            match(f"^{name}: killed", text)
        match(r"(?s)\A(?!.*yes)", session.enter("ps"))


@case
def control_c_drops_the_rest_of_the_line():
    with shell() as session:
        session.send("sleep 1000; echo never" + ENTER)
        session.expect("never\n")
        session.send(CTRL_C)
        if "\nnever" in session.expect_prompt():
            raise Failure("it went on")


@case
def control_c_ends_waiting_not_the_command():
    with shell() as session:
        session.enter("sleep 1000 &")
        session.send("wait" + ENTER)
        session.expect("wait\n")
        session.send(CTRL_C)
        session.expect_prompt()
        equal(session.enter("jobs"), "[1] running: sleep 1000\n")


@case
def control_c_stops_a_flood_of_output():
    with shell() as session:
        session.send("yes" + ENTER)
        session.expect(r"y\ny\ny\n")
        session.send(CTRL_C)
        session.expect("yes: killed")
        session.expect_prompt()


# --- The end.


@case
def control_d_ends_with_the_last_code():
    with shell() as session:
        session.enter("return 5")
        session.send(CTRL_D)
        equal(session.status(), 5)


@case
def exit_ends_with_its_code():
    with shell() as session:
        session.send("exit 3" + ENTER)
        equal(session.status(), 3)


@case
def exit_without_a_code_takes_the_last():
    with shell() as session:
        session.enter("false")
        session.send("exit" + ENTER)
        equal(session.status(), 1)


@case
def the_terminal_is_as_it_was():
    with shell() as session:
        if session.settings_now() == session.settings:
            raise Failure("the terminal is not in raw mode while the shell runs")
        session.send(CTRL_D)
        session.status()
        equal(session.settings_now(), session.settings)


@case
def a_lost_terminal_ends_the_session():
    with shell() as session:
        session.send("spin" + ENTER)
        session.expect("spin\n")
        session.hang_up()
        equal(session.process.wait(DEADLINE), 130)


@case
def background_commands_end_with_the_shell():
    with shell() as session:
        session.enter("spin &")
        session.send(CTRL_D)
        equal(session.status(), 0)


# --- Crashes.


def crashes(how, report):
    with shell() as session:
        match(report, session.enter("crash " + how))
        match("crash: ", session.enter("crash " + how))
        equal(session.enter("echo alive"), "alive\n")


@case
def a_bad_read_is_reported():
    crashes("read", "crash: page fault: read at 0x10, pc 0x")


@case
def a_bad_write_is_reported():
    crashes("write", "crash: page fault: write at 0x20, pc 0x")


@case
def a_bad_jump_is_reported():
    crashes("execute", "crash: page fault: execution at 0x30, pc 0x30")


@case
def the_kernels_memory_is_out_of_reach():
    crashes("kernel", "crash: (page|general) fault")


@case
def dividing_by_zero_is_reported():
    crashes("divide", "crash: general fault, pc 0x")


@case
def an_undefined_instruction_is_reported():
    crashes("undefined", "crash: undefined instruction, pc 0x")


@case
def a_stack_overflow_is_reported():
    crashes("stack", "crash: page fault: write at 0x")


# --- Tools.


@case
def ps_shows_the_tree():
    with shell() as session:
        text = session.enter("ps -t")
        match(r"^TASK +STATE +PRIV/K +SHARE/K +MAP/K +NAME$", text)
        match(r"^job \d+ +root$", text)
        match(r"^  process \d+ +started +\d+ +\d+ +\d+ +userboot$", text)
        match(r"^  process \d+ +started +\d+ +\d+ +\d+ +shell$", text)
        match(r"^    thread \d+ +in port +shell$", text)
        match(r"^    process \d+ +started +\d+ +\d+ +\d+ +ps$", text)


def koid_of(session, name):
    return match(rf"process (\d+) .* {name}$", session.enter("ps")).group(1)


@case
def kill_ends_a_process():
    with shell() as session:
        session.enter("spin &")
        session.send("kill " + koid_of(session, "spin") + ENTER)
        session.expect(r"\[1\] killed: spin")


@case
def kill_ends_a_job():
    with shell() as session:
        session.enter("sleep 1000 | spin &")
        job = match(r"job (\d+) +shell-job\n +process \d+ .* sleep$", session.enter("ps")).group(1)
        session.send(f"kill {job}" + ENTER)
        session.expect(r"\[1\] killed: sleep 1000 \| spin")


@case
def kill_of_nobody_fails():
    with shell() as session:
        equal(session.enter("kill 1 x"),
              "kill: 1: no such job or process\nkill: x: no such job or process\nkill: exited with 1\n")


@case
def handles_lists_a_process_handles():
    with shell() as session:
        text = session.enter("handles " + koid_of(session, "shell"))
        match(r"^ +HANDLE  TYPE +KOID +RELATED  RIGHTS$", text)
        match(r"^0x[0-9a-f]{8}  process +\d+ +\d+  [-a-zA-Z]{20}$", text)
        match(r"^0x[0-9a-f]{8}  port ", text)
        equal(int(match(r"^(\d+) handles$", text).group(1)), text.count("0x"))


@case
def vmaps_lists_mappings():
    with shell() as session:
        text = session.enter("vmaps " + koid_of(session, "shell"))
        match(r"^0x[0-9a-f]{12}-0x[0-9a-f]{12} +\d+K shell$", text)
        match(r"^ +0x[0-9a-f]{12}-0x[0-9a-f]{12} r-x +\d+K +\d+ pages  \d+@0x[0-9a-f]+ vdso", text)
        match(r"^ +0x[0-9a-f]{12}-0x[0-9a-f]{12} rw- +\d+K +\d+ pages  \d+@0x0 stack$", text)


@case
def mem_adds_up():
    with shell() as session:
        text = session.enter("mem")
        total, free = (int(match(rf"^{name} +(\d+) KiB$", text).group(1)) for name in ("total", "free"))
        if not 0 < free < total:
            raise Failure(f"{free} of {total} KiB are free")


@case
def dmesg_shows_the_log():
    with shell("--log", "debug") as session:
        match(r"^\[ *\d+\.\d{6}\] +\d+ debug +jacinth on host", session.enter("dmesg"))


@case
def ls_and_cat_show_files():
    with shell() as session:
        match(r"^bin/echo$", session.enter("ls"))
        match(r"^ +\d+  motd$", session.enter("ls -l"))
        equal(session.enter("ls motd"), "motd\n")
        equal(session.enter("ls nothing"), "ls: nothing: no such file\nls: exited with 1\n")
        equal(session.enter("cat nothing"), "cat: nothing: no such file\ncat: exited with 1\n")


@case
def time_says_how_long():
    with shell() as session:
        seconds = float(match(r"^time: (\d+\.\d{6}) s$", session.enter("time sleep 0.1")).group(1))
        if not 0.1 <= seconds < DEADLINE:
            raise Failure(f"{seconds} s")


@case
def trace_shows_the_calls_of_one_program():
    with shell() as session:
        text = session.enter("trace true")
        match(r"^\d+: syscall channel_read\(.*\) -> OK$", text)
        match(r"^\d+: syscall process_exit\(retcode=0\)$", text)
        equal(session.enter("true"), "")


@case
def help_names_built_ins_and_programs():
    with shell() as session:
        text = session.enter("help")
        match(r"^  trace COMMAND +print", text)
        match(r"(?s)Programs:.*pingpong", text)


@case
def threads_add_up():
    edited("threads 8", "8 threads, sum 8000\n")


@case
def pingpong_gives_a_figure():
    with shell() as session:
        match(r"^1000 round trips, \d+ ns each$", session.enter("pingpong 1000"))


# --- Shared libraries.


@case
def a_program_finds_its_shared_library():
    edited("greeting you me",
           "Hello, you, from a shared library!\nHello, me, from a shared library!\n2 greetings\n")


@case
def userboot_serves_libraries_too():
    result = batch("", "--cmdline", "userboot=bin/greeting+you")
    equal((result.stdout, result.returncode), (b"Hello, you, from a shared library!\n1 greetings\n", 0))


def small_image(folder, *names):
    image = f"{folder}/small.zbi"
    user = BUILD / "user/x86_64"
    files = [f"{name}={user / pathlib.Path(name).name}" for name in names]
    subprocess.run([str(BUILD / "bin/zbi"), "create", "-o", image, "--file", *files], check=True)
    return image


@case
def a_missing_library_is_told():
    with tempfile.TemporaryDirectory() as folder:
        image = small_image(folder, "bin/shell", "bin/greeting", "lib/ld.so.1")
        result = batch("greeting\n", image=image)
        match(r"ld.so.1: libgreeting.so: no such library", result.stdout.decode())
        equal(result.returncode, 127)


# --- Without a terminal.


@case
def a_script_prints_only_output():
    result = batch("echo a\n\n# nothing\necho b | wc\nreturn 4\n")
    equal((result.stdout, result.stderr, result.returncode), (b"a\n1 1 2\nreturn: exited with 4\n", b"", 4))


@case
def the_last_line_needs_no_end():
    equal(batch("echo a\necho b").stdout, b"a\nb\n")


@case
def no_input_is_a_short_session():
    result = batch("")
    equal((result.stdout, result.returncode), (b"", 0))


@case
def programs_read_on_where_the_shell_stopped():
    equal(batch("head 2\nhead 1\none\ntwo\nthree\n").returncode, 0)
    equal(batch("wc\na b\nc\n").stdout, b"2 3 6\n")


@case
def a_line_that_is_too_long_is_refused():
    result = batch("echo " + "x" * 5000 + "\necho after\n")
    equal(result.stdout, b"the line is too long\nafter\n")


@case
def a_killed_shell_ends_the_machine():
    result = batch("crash write\n")
    equal(result.returncode, 255)


# --- Images and options.


def refused(*arguments, says):
    result = subprocess.run([JACINTH, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE,
                            check=False)
    text = result.stderr.decode()
    match(says, text)
    equal(text.count("\n"), 1)
    if result.returncode == 0:
        raise Failure("it ended with 0")


@case
def a_missing_image_is_refused():
    refused("zircon", "/nonexistent.zbi", says="/nonexistent.zbi")


@case
def a_damaged_image_is_refused():
    with tempfile.NamedTemporaryFile() as file:
        data = bytearray(pathlib.Path(IMAGE).read_bytes())
        data[len(data) // 2] ^= 1
        file.write(data)
        file.flush()
        refused("zircon", file.name, says="checksum|damaged")


@case
def an_image_cut_short_is_refused():
    with tempfile.NamedTemporaryFile() as file:
        file.write(pathlib.Path(IMAGE).read_bytes()[:1000])
        file.flush()
        refused("zircon", file.name, says="not a boot image")


@case
def bad_options_are_refused():
    refused("zircon", IMAGE, "--nonsense", says="nonsense")
    refused("zircon", IMAGE, "--memory", "12", says="memory|16M")
    refused("zircon", IMAGE, "--cpus", "0", says="cpus|range")
    refused("zircon", says="IMAGE")


@case
def an_image_without_the_program_says_so():
    result = batch("", "--cmdline", "userboot=bin/nonsense")
    match("userboot: cannot start bin/nonsense", (result.stdout + result.stderr).decode())
    equal(result.returncode, 1)


def main() -> int:
    chosen = [c for c in CASES if len(sys.argv) == 2 or c.__name__ in sys.argv[2:]]
    failed = 0
    for one in chosen:
        try:
            one()
        except Exception as error:  # a test that breaks is one that fails
            failed += 1
            print(f"FAILED {one.__name__}: {error}", flush=True)
            if not isinstance(error, Failure):
                traceback.print_exc()
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
