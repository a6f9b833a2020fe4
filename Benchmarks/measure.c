// Runs a command and tells what it took: measure RESULT COMMAND [ARGUMENT...]
//
// Writes "user system wall resident status" to RESULT, in seconds and bytes. It is a program of
// its own because a child's greatest resident size begins with that of the process that made
// it: a small one hides nothing.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char *arguments[]) {
  if (count < 3) {
    fputs("usage: measure RESULT COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  const double start = now();
  const pid_t child = fork();
  if (child == 0) {
    execvp(arguments[2], arguments + 2);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
    perror("measure");
    return 1;
  }
  const double wall = now() - start;
#ifdef __APPLE__
  const long unit = 1;
#else
  const long unit = 1024;
#endif
  FILE *result = fopen(arguments[1], "w");
  if (!result) {
    perror(arguments[1]);
    return 1;
  }
  fprintf(result, "%.6f %.6f %.6f %ld %d\n", seconds(usage.ru_utime), seconds(usage.ru_stime),
          wall, usage.ru_maxrss * unit,
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return fclose(result) != 0;
}
