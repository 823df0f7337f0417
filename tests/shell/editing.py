"""Editing a line, and what becomes of its words."""

from .session import (BACKSPACE, CTRL_A, CTRL_C, CTRL_D, CTRL_E, CTRL_K, CTRL_L, CTRL_U, CTRL_W, DELETE, DOWN, END,
                      HOME, LEFT, RIGHT, TAB, UP, WORD_LEFT, WORD_RIGHT)
from .support import case, edited, equal, match, shell


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
