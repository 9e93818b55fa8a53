/* What the files of the double share. The driver's half of the world (devices, instances, processes) lies in one file that is mapped by every
   process, as a real driver outlives the processes that use it. */
#ifndef NVML_DOUBLE_H
#define NVML_DOUBLE_H

#include <pthread.h>
#include <stdint.h>

enum { MAX_GPUS = 8, MAX_PROFILES = 24, MAX_STARTS = 16, MAX_INSTANCES = 16, MAX_PARTS = 8, PART_PROFILES = 8, MAX_EVENTS = 32 };
enum { OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4, NOT_FOUND = 6, TOO_SMALL = 7, NOT_LOADED = 9, TIMEOUT = 10, FUNCTION_NOT_FOUND = 13,
       GPU_LOST = 15, MISMATCH = 18, IN_USE = 19, NO_ROOM = 23, VERSION = 25, UNKNOWN = 999 };

typedef int nvmlReturn_t;

typedef struct {
    char name[48];
    uint32_t number, id, slices, instances, sms, engines[5], memory, size, starts[MAX_STARTS], start_count;
} Profile;

typedef struct {
    uint32_t used, id, profile, slices, offset, sms, serial;
} Part;

typedef struct {
    uint32_t used, id, profile, start, serial;
    Part parts[MAX_PARTS];
} Instance;

typedef struct {
    char name[96], uuid[96];
    uint32_t pci, architecture, memory, reserved, profile_count, mig, pending, compute_mode;
    Profile profiles[MAX_PROFILES];
    Instance instances[MAX_INSTANCES];
} Gpu;

typedef struct {
    uint32_t gpu, instance;
    uint64_t xid;
} Event;

typedef struct {
    uint32_t magic, gpu_count, serial, event_count;
    Event events[MAX_EVENTS];
    pthread_mutex_t lock;
    Gpu gpus[MAX_GPUS];
} Machine;

/* What the control file says at this moment about one call. */
typedef struct {
    int code, latency_ms;
} Fault;

extern Machine *machine;

int machine_open(void);                                  /* maps the machine of the folder, builds it where it is new */
Fault control_of(const char *call, int gpu);             /* what goes wrong with that call */
int control_has(const char *word, int first, int second);/* whether a line WORD [first [second]] is there */
int process_on(int gpu, int start);                      /* a process of the control file: on the whole GPU where start is negative */
void count_call(const char *call, int gpu);              /* writes the call down; ends this process where it is told to */

#endif
