/* The machine: which GPUs there are, kept in FOLDER/machine, built from FOLDER/gpus (one layout file a line) and from the layouts. */
#include "double.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

Machine *machine;
static char folder[512];

const char *machine_folder(void) { return folder; }

static void add_profile(Gpu *gpu, const char *line) {
    Profile *p = &gpu->profiles[gpu->profile_count];
    char starts[128];
    uint32_t *e = p->engines;
    if (sscanf(line, "profile %47s %u %u %u %u %u %u %u %u %u %u %u %u %127s", p->name, &p->number, &p->id, &p->slices, &p->instances, &p->sms, e, e + 1, e + 2,
               e + 3, e + 4, &p->memory, &p->size, starts) != 14)
        return;
    for (char *rest = starts, *word; (word = strsep(&rest, ",")) != NULL;) p->starts[p->start_count++] = (uint32_t)atoi(word);
    gpu->profile_count++;
}

static void add_gpu(const char *layout) {
    Gpu *gpu = &machine->gpus[machine->gpu_count];
    char line[512];
    FILE *file = fopen(layout, "r");
    if (file == NULL) return;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, "name ", 5) == 0) snprintf(gpu->name, sizeof gpu->name, "%.95s", line + 5);
        sscanf(line, "pci %x", &gpu->pci);
        sscanf(line, "architecture %u", &gpu->architecture);
        sscanf(line, "memory %u %u", &gpu->memory, &gpu->reserved);
        if (strncmp(line, "profile ", 8) == 0) add_profile(gpu, line);
    }
    fclose(file);
    snprintf(gpu->uuid, sizeof gpu->uuid, "GPU-00000000-0000-0000-0000-%012x", machine->gpu_count + 1);
    gpu->mig = gpu->pending = gpu->profile_count > 0;
    machine->gpu_count++;
}

static void build(void) {
    char path[600], line[512];
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    /* A process that is killed in a call must not lock the machine for ever. */
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&machine->lock, &attributes);
    /* After a reboot instances that are made anew at the same places have UUIDs that none had before. */
    snprintf(path, sizeof path, "%s/boots", folder);
    FILE *boots = fopen(path, "r");
    unsigned boot = 0;
    if (boots != NULL) {
        if (fscanf(boots, "%u", &boot) != 1) boot = 0;
        fclose(boots);
    }
    machine->serial = boot * 1000;
    snprintf(path, sizeof path, "%s/gpus", folder);
    FILE *file = fopen(path, "r");
    if (file == NULL) return;
    while (fgets(line, sizeof line, file) != NULL && machine->gpu_count < MAX_GPUS) {
        line[strcspn(line, "\n")] = 0;
        int off = strncmp(line, "off ", 4) == 0;
        add_gpu(off ? line + 4 : line);
        if (off && machine->gpu_count > 0) machine->gpus[machine->gpu_count - 1].mig = machine->gpus[machine->gpu_count - 1].pending = 0;
    }
    fclose(file);
    machine->magic = 1;
}

/* For tests in one process, each with its own machine. */
int nvmlDoubleUse(const char *path) {
    snprintf(folder, sizeof folder, "%s", path);
    if (machine != NULL) munmap(machine, sizeof *machine);
    machine = NULL;
    return machine_open();
}

int machine_open(void) {
    char path[600];
    if (machine != NULL) return OK;
    if (folder[0] == 0 && getenv("NVML_DOUBLE") != NULL) snprintf(folder, sizeof folder, "%s", getenv("NVML_DOUBLE"));
    snprintf(path, sizeof path, "%s/machine", folder);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return NOT_LOADED;
    flock(file, LOCK_EX);
    if (ftruncate(file, sizeof(Machine)) != 0) return close(file), NOT_LOADED;
    void *mapped = mmap(NULL, sizeof(Machine), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) return close(file), NOT_LOADED;
    machine = mapped;
    if (machine->magic == 0) build();
    /* The mapping keeps the file open, and with it the lock. */
    flock(file, LOCK_UN);
    close(file);
    return OK;
}

/* As nvidia-smi --gpu-reset does: every instance of the GPU is gone. */
int nvmlDoubleReset(int gpu) {
    int opened = machine_open();
    if (opened != OK || gpu < 0 || (uint32_t)gpu >= machine->gpu_count) return opened != OK ? opened : INVALID;
    pthread_mutex_lock(&machine->lock);
    memset(machine->gpus[gpu].instances, 0, sizeof machine->gpus[gpu].instances);
    pthread_mutex_unlock(&machine->lock);
    return OK;
}
