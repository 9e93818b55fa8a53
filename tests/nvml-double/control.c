/* FOLDER/control, read at each call, one line each; FOLDER/calls tells the calls that were made.

     fail CALL CODE [GPU]        the call returns that code and does nothing
     latency CALL MILLISECONDS   the call takes so long
     exit-after N                the process is killed by SIGKILL when it has made N calls
     exit-at CALL 0              the process is killed when it makes that call, before anything is done;  exit-at CALL 1: at the call after it
     die-after N                 from then on every call of this process returns 999 and does nothing, as if it had been killed
     process GPU START           a process runs on the instance at that start;  process GPU: on the GPU as a whole
     drawing GPU START           likewise, a process that draws instead of computing
     client GPU                  somebody else holds the GPU: instances can neither be made nor destroyed, the mode cannot be switched
     pending GPU                 switching MIG mode on waits for a reset
     lost GPU                    the GPU has fallen off the bus
     unloaded | mismatch         there is no driver | it was upgraded
*/
#include "double.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *machine_folder(void);
void forget_sessions(void);

static int calls, was_exit_call;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

/* A new process: nothing of what the last one had open is. */
void nvmlDoubleRevive(void) {
    calls = 0;
    forget_sessions();
}

/* Most calls find the file as the last one of their thread did. It is replaced whole, so another one has another inode. */
static FILE *control(void) {
    static __thread char text[4096], read_from[600];
    static __thread size_t length;
    static __thread struct stat known;
    char path[600];
    struct stat now;
    snprintf(path, sizeof path, "%s/control", machine_folder());
    if (stat(path, &now) != 0) return NULL;
    if (now.st_ino != known.st_ino || now.st_mtim.tv_sec != known.st_mtim.tv_sec || now.st_mtim.tv_nsec != known.st_mtim.tv_nsec || strcmp(path, read_from) != 0) {
        FILE *file = fopen(path, "r");
        if (file == NULL) return NULL;
        length = fread(text, 1, sizeof text, file);
        fclose(file);
        known = now;
        snprintf(read_from, sizeof read_from, "%s", path);
    }
    return length == 0 ? NULL : fmemopen(text, length, "r");
}

Fault control_of(const char *call, int gpu) {
    Fault fault = {OK, 0};
    char line[256], name[128];
    int number, only;
    FILE *file = control();
    if (file == NULL) return fault;
    while (fgets(line, sizeof line, file) != NULL) {
        int read = sscanf(line, "fail %127s %d %d", name, &number, &only);
        if (read >= 2 && strcmp(name, call) == 0 && (read == 2 || only == gpu)) fault.code = number;
        if (sscanf(line, "latency %127s %d", name, &number) == 2 && strcmp(name, call) == 0) fault.latency_ms = number;
        if (sscanf(line, "die-after %d", &number) == 1 && calls > number) fault.code = UNKNOWN;
    }
    fclose(file);
    return fault;
}

int control_has(const char *word, int first, int second) {
    char line[256], name[128];
    int a = -1, b = -1, found = 0;
    FILE *file = control();
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        a = b = -1;
        if (sscanf(line, "%127s %d %d", name, &a, &b) >= 1 && strcmp(name, word) == 0 && a == first && b == second) found = 1;
    }
    fclose(file);
    return found;
}

int process_on(int gpu, int start) { return control_has("process", gpu, start < 0 ? -1 : start) || control_has("drawing", gpu, start < 0 ? -1 : start); }

void count_call(const char *call, int gpu) {
    char line[256], path[600];
    char name[128];
    int number, kill_now = was_exit_call;
    pthread_mutex_lock(&counting);
    calls++;
    snprintf(path, sizeof path, "%s/calls", machine_folder());
    FILE *log = fopen(path, "a");
    if (log != NULL) {
        fprintf(log, "%s %d\n", call, gpu);
        fclose(log);
    }
    FILE *file = control();
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "exit-after %d", &number) == 1 && calls > number) kill_now = 1;
        if (sscanf(line, "exit-at %127s %d", name, &number) == 2 && strcmp(name, call) == 0) {
            kill_now |= number == 0;
            was_exit_call = 1;
        }
    }
    if (file != NULL) fclose(file);
    if (kill_now) kill(getpid(), SIGKILL);
    pthread_mutex_unlock(&counting);
}
