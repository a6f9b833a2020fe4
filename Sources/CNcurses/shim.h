#ifndef SYNFIN_CNCURSES_SHIM_H
#define SYNFIN_CNCURSES_SHIM_H

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ncurses.h>

/* Most of curses is macros, and its screen is a global variable: Swift sees neither. */

/* Why there is no screen. */
enum synfin_screen_failure {
  SYNFIN_SCREEN_NO_FAILURE,
  /* There is no terminal to take keys from. */
  SYNFIN_SCREEN_NO_KEYBOARD,
  /* Nobody knows this type of terminal. */
  SYNFIN_SCREEN_UNKNOWN_TERMINAL,
  /* The terminal cannot move its cursor. */
  SYNFIN_SCREEN_NO_CURSOR,
};

/* Where keys come from: standard input may be a capture. It stays open as long as the process runs. */
static inline FILE *synfin_screen_keyboard(void) {
  return isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "re");
}

/* Reads the terminal's description and sets the terminal up behind standard output. */
static inline enum synfin_screen_failure synfin_screen_open(bool color) {
  FILE *keyboard = synfin_screen_keyboard();
  if (keyboard == NULL) return SYNFIN_SCREEN_NO_KEYBOARD;
  setlocale(LC_CTYPE, "");
  /* Has the C library read what it needs for the locale's characters. */
  wchar_t character;
  (void)mbtowc(&character, "a", 1);
  /* The size is what the terminal says, not what LINES and COLUMNS said when it had another one. */
  use_env(TRUE);
  use_tioctl(TRUE);
  SCREEN *screen = newterm(NULL, stdout, keyboard);
  if (screen == NULL) return SYNFIN_SCREEN_UNKNOWN_TERMINAL;
  char *motion = tigetstr((char *)"cup");
  if (motion == NULL || motion == (char *)-1) {
    endwin();
    delscreen(screen);
    return SYNFIN_SCREEN_NO_CURSOR;
  }
  cbreak();
  noecho();
  keypad(stdscr, TRUE);
  curs_set(0);
  /* So long, in milliseconds, a lone escape may still become a key. */
  set_escdelay(25);
  if (color && has_colors()) {
    start_color();
    use_default_colors();
    init_pair(1, COLOR_RED, -1);
    init_pair(2, COLOR_GREEN, -1);
    init_pair(3, COLOR_YELLOW, -1);
  }
  return SYNFIN_SCREEN_NO_FAILURE;
}

/* Gives the terminal back; the next refresh takes it again. */
static inline void synfin_screen_close(void) {
  if (!isendwin()) endwin();
}

static inline int synfin_screen_rows(void) { return getmaxy(stdscr); }
static inline int synfin_screen_columns(void) { return getmaxx(stdscr); }

/* Whether the terminal takes UTF-8. */
static inline bool synfin_screen_takes_utf8(void) {
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static inline void synfin_screen_begin_line(int row) {
  attrset(A_NORMAL);
  move(row, 0);
}

enum synfin_screen_style {
  SYNFIN_SCREEN_PLAIN,
  SYNFIN_SCREEN_BOLD,
  SYNFIN_SCREEN_DIM,
  SYNFIN_SCREEN_REVERSE,
  SYNFIN_SCREEN_BOLD_UNDERLINE,
  SYNFIN_SCREEN_RED,
  SYNFIN_SCREEN_GREEN,
  SYNFIN_SCREEN_YELLOW,
};

/* Writes behind what was written last; a pair without colours shows plain. */
static inline void synfin_screen_write(const char *text, enum synfin_screen_style style) {
  switch (style) {
  case SYNFIN_SCREEN_BOLD: attrset(A_BOLD); break;
  case SYNFIN_SCREEN_DIM: attrset(A_DIM); break;
  case SYNFIN_SCREEN_REVERSE: attrset(A_REVERSE); break;
  case SYNFIN_SCREEN_BOLD_UNDERLINE: attrset(A_BOLD | A_UNDERLINE); break;
  case SYNFIN_SCREEN_RED: attrset(COLOR_PAIR(1)); break;
  case SYNFIN_SCREEN_GREEN: attrset(COLOR_PAIR(2)); break;
  case SYNFIN_SCREEN_YELLOW: attrset(COLOR_PAIR(3)); break;
  default: attrset(A_NORMAL);
  }
  addstr(text);
}

static inline void synfin_screen_end_line(void) {
  attrset(A_NORMAL);
  clrtoeol();
}

/* Shows what was written, with nothing below it. */
static inline void synfin_screen_show(int rows) {
  if (rows < getmaxy(stdscr)) {
    move(rows, 0);
    clrtobot();
  }
  refresh();
}

/* Draws everything anew at the next refresh. */
static inline void synfin_screen_redraw(void) { clearok(curscr, TRUE); }

/* The next key, -1 if there is none within so many milliseconds. */
static inline int synfin_screen_key(int milliseconds) {
  timeout(milliseconds);
  return getch();
}

/* What makes the terminal do something, with paddings such as $<5>; NULL if it cannot. */
static inline const char *synfin_screen_capability(const char *name) {
  char *text = tigetstr((char *)name);
  return text == (char *)-1 ? NULL : text;
}

#endif
