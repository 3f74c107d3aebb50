/* calls stat COUNT FILE, or calls exec COUNT PROGRAM: does it so often. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count != 4) return 2;
  for (int left = atoi(words[2]); left > 0; left--) {
    struct stat status;
    if (strcmp(words[1], "stat") == 0) {
      if (stat(words[3], &status) != 0) return 1;
      continue;
    }
    pid_t child = fork();
    if (child == 0) {
      execl(words[3], words[3], (char *)NULL);
      _exit(127);
    }
    int result;
    if (waitpid(child, &result, 0) != child || result != 0) return 1;
  }
  return 0;
}
