"""Running programs: pipes, input, background, Ctrl-C, the end."""

from .session import BACKSPACE, CTRL_C, CTRL_D, DEADLINE, ENTER, Failure
from .support import batch, case, edited, equal, match, only_on_host, shell


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
    only_on_host("a bare machine does not know")
    with shell() as session:
        session.send("spin" + ENTER)
        session.expect("spin\n")
        session.hang_up()
        equal(session.process.wait(DEADLINE), 130)


@case
def a_killed_shell_takes_its_commands_along():
    with shell() as session:
        session.enter("spin &")
        koid = match(r"process (\d+) .* shell$", session.enter("ps")).group(1)
        session.send(f"kill {koid}" + ENTER)
        equal(session.status(), 255)


@case
def it_greets():
    with shell() as session:
        match("Welcome to Jacinth", session.greeting)


@case
def background_commands_end_with_the_shell():
    with shell() as session:
        session.enter("spin &")
        session.send(CTRL_D)
        equal(session.status(), 0)
