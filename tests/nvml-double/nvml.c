/* The entry points, as nvml.h of NVIDIA/go-nvml declares them. What hardware refuses is refused here, with the code that drivers give. */
#include "double.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct { uint32_t start, size; } Placement;
typedef struct { uint32_t id, p2p, slices, instances, sms, engines[5]; uint64_t memory; } ProfileV1;
typedef struct { uint32_t version, id, p2p, slices, instances, sms, engines[5]; uint64_t memory; char name[96]; } ProfileV2;
typedef struct { uint32_t version, id, slices, instances, sms, engines[5]; uint64_t memory; char name[96]; uint32_t capabilities; } ProfileV3;
typedef struct { void *device; uint32_t id, profile; Placement placement; } InstanceRecord;
typedef struct { uint32_t id, slices, instances, sms, engines[5]; } PartProfile;
typedef struct { void *device, *instance; uint32_t id, profile; Placement placement; } PartRecord;
typedef struct { uint32_t pid; uint64_t memory; uint32_t instance, part; } Process;
typedef struct { char legacy[16]; uint32_t domain, bus, device, id, subsystem; char bus_id[32]; } Pci;
typedef struct { void *device; uint64_t type, payload; uint32_t instance, part; } EventRecord;
typedef struct { uint64_t total, free, used; } Memory;
typedef struct { uint32_t version; uint64_t total, reserved, free, used; } MemoryV2;

enum { DEVICE = 1, INSTANCE = 2, PART = 3, MIG_DEVICE = 4 };

static int sessions, is_broken;

void forget_sessions(void) { sessions = is_broken = 0; }

static int in_flight[MAX_GPUS];

/* A handle says what it is of; the serial makes one of something destroyed invalid, even when its slot is used again. */
static void *handle(uint64_t kind, uint64_t gpu, uint64_t slot, uint64_t part, uint64_t serial) {
    return (void *)(uintptr_t)(kind << 56 | gpu << 48 | slot << 40 | part << 32 | serial);
}
static int kind_of(void *h) { return (int)((uintptr_t)h >> 56); }
static int gpu_of(void *h) { return (int)((uintptr_t)h >> 48 & 255); }
static int slot_of(void *h) { return (int)((uintptr_t)h >> 40 & 255); }
static int part_of(void *h) { return (int)((uintptr_t)h >> 32 & 255); }

static Gpu *gpu_at(void *h) { return kind_of(h) != 0 && (uint32_t)gpu_of(h) < machine->gpu_count ? &machine->gpus[gpu_of(h)] : NULL; }
static Instance *instance_at(void *h) {
    Gpu *gpu = gpu_at(h);
    Instance *found = gpu == NULL || kind_of(h) < INSTANCE ? NULL : &gpu->instances[slot_of(h)];
    return found != NULL && found->used && (kind_of(h) != INSTANCE || found->serial == (uint32_t)(uintptr_t)h) ? found : NULL;
}
static Part *part_at(void *h) {
    Instance *instance = instance_at(h);
    Part *found = instance == NULL || kind_of(h) < PART ? NULL : &instance->parts[part_of(h)];
    return found != NULL && found->used && found->serial == (uint32_t)(uintptr_t)h ? found : NULL;
}

static void lock(void) {
    if (pthread_mutex_lock(&machine->lock) == EOWNERDEAD) pthread_mutex_consistent(&machine->lock);
}

/* Every call begins here; GPU is -1 where it is about none. Leaves with the lock held, unless it refuses. */
static int enter(const char *call, int gpu) {
    count_call(call, gpu);
    if (gpu >= 0 && gpu < MAX_GPUS && __atomic_add_fetch(&in_flight[gpu], 1, __ATOMIC_SEQ_CST) > 1) count_call("two calls at once", gpu);
    Fault fault = control_of(call, gpu);
    if (fault.latency_ms > 0) usleep((useconds_t)fault.latency_ms * 1000);
    if (fault.code == OK && control_has("mismatch", -1, -1)) fault.code = MISMATCH;
    /* A session that the driver left under stays useless until the last one is closed, also when the driver is back. */
    if (fault.code == OK && sessions > 0 && control_has("unloaded", -1, -1)) is_broken = 1;
    if (fault.code == OK && (sessions == 0 || is_broken || machine == NULL)) fault.code = UNINITIALIZED;
    if (fault.code == OK && gpu >= 0 && control_has("lost", gpu, -1)) fault.code = GPU_LOST;
    if (fault.code == OK) lock();
    else if (gpu >= 0 && gpu < MAX_GPUS) __atomic_sub_fetch(&in_flight[gpu], 1, __ATOMIC_SEQ_CST);
    return fault.code;
}
static int leave(int gpu, int code) {
    if (gpu >= 0 && gpu < MAX_GPUS) __atomic_sub_fetch(&in_flight[gpu], 1, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&machine->lock);
    return code;
}
#define ENTER(gpu)                              \
    int refused_ = enter(__func__, gpu), g_ = gpu; \
    if (refused_ != OK) return refused_
#define RETURN(code) return leave(g_, code)

nvmlReturn_t nvmlInit_v2(void) {
    int code = machine_open();
    count_call(__func__, -1);
    if (code == OK) code = control_of(__func__, -1).code;
    if (code == OK && control_has("unloaded", -1, -1)) code = NOT_LOADED;
    if (code == OK && control_has("mismatch", -1, -1)) code = MISMATCH;
    if (code == OK) sessions++;
    return code;
}
nvmlReturn_t nvmlShutdown(void) {
    count_call(__func__, -1);
    if (sessions == 0) return UNINITIALIZED;
    if (--sessions == 0) is_broken = 0;
    return OK;
}
nvmlReturn_t nvmlSystemGetDriverVersion(char *version, uint32_t length) {
    ENTER(-1);
    snprintf(version, length, "580.95.05");
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceGetCount_v2(uint32_t *count) {
    ENTER(-1);
    *count = machine->gpu_count;
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(uint32_t index, void **device) {
    ENTER((int)index);
    if (index >= machine->gpu_count) RETURN(INVALID);
    *device = handle(DEVICE, index, 0, 0, 0);
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceGetUUID(void *device, char *uuid, uint32_t length) {
    ENTER(gpu_of(device));
    if (kind_of(device) == MIG_DEVICE) {
        if (part_at(device) == NULL) RETURN(NOT_FOUND);
        snprintf(uuid, length, "MIG-00000000-0000-0000-%04x-%012x", gpu_of(device), part_at(device)->serial);
        RETURN(OK);
    }
    if (gpu_at(device) == NULL) RETURN(INVALID);
    snprintf(uuid, length, "%s", gpu_at(device)->uuid);
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceGetName(void *device, char *name, uint32_t length) {
    ENTER(gpu_of(device));
    if (gpu_at(device) == NULL) RETURN(INVALID);
    snprintf(name, length, "%s", gpu_at(device)->name);
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceGetPciInfo_v3(void *device, Pci *pci) {
    ENTER(gpu_of(device));
    if (gpu_at(device) == NULL) RETURN(INVALID);
    memset(pci, 0, sizeof *pci);
    pci->bus = (uint32_t)gpu_of(device) + 7;
    pci->id = gpu_at(device)->pci;
    snprintf(pci->bus_id, sizeof pci->bus_id, "00000000:%02X:00.0", pci->bus);
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceGetMemoryInfo(void *device, Memory *memory) {
    ENTER(gpu_of(device));
    if (gpu_at(device) == NULL) RETURN(INVALID);
    memory->total = (uint64_t)gpu_at(device)->memory << 20;
    memory->used = (uint64_t)gpu_at(device)->reserved << 20;
    memory->free = memory->total - memory->used;
    RETURN(OK);
}
#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(void *device, MemoryV2 *memory) {
    ENTER(gpu_of(device));
    if (memory->version != 0x02000028) RETURN(VERSION);
    if (gpu_at(device) == NULL) RETURN(INVALID);
    memory->total = (uint64_t)gpu_at(device)->memory << 20;
    memory->reserved = (uint64_t)gpu_at(device)->reserved << 20;
    memory->used = 0;
    memory->free = memory->total - memory->reserved;
    RETURN(OK);
}
#endif
nvmlReturn_t nvmlDeviceGetMigMode(void *device, uint32_t *current, uint32_t *pending) {
    ENTER(gpu_of(device));
    Gpu *gpu = gpu_at(device);
    if (gpu == NULL) RETURN(INVALID);
    if (gpu->profile_count == 0) RETURN(NOT_SUPPORTED);
    *current = gpu->mig;
    *pending = gpu->pending;
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceSetMigMode(void *device, uint32_t mode, nvmlReturn_t *activation) {
    ENTER(gpu_of(device));
    Gpu *gpu = gpu_at(device);
    if (gpu == NULL || mode > 1) RETURN(INVALID);
    if (gpu->profile_count == 0) RETURN(NOT_SUPPORTED);
    *activation = OK;
    if (control_has("client", g_, -1) || process_on(g_, -1)) *activation = IN_USE;
    for (int slot = 0; slot < MAX_INSTANCES; slot++)
        if (gpu->instances[slot].used) *activation = IN_USE;
    if (*activation == OK) {
        gpu->pending = mode;
        if (!control_has("pending", g_, -1)) gpu->mig = mode;
    }
    RETURN(OK);
}

nvmlReturn_t nvmlDeviceGetComputeMode(void *device, uint32_t *mode) {
    ENTER(gpu_of(device));
    if (gpu_at(device) == NULL) RETURN(INVALID);
    *mode = gpu_at(device)->compute_mode;
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceSetComputeMode(void *device, uint32_t mode) {
    ENTER(gpu_of(device));
    if (gpu_at(device) == NULL || mode > 3) RETURN(INVALID);
    /* EXCLUSIVE_THREAD is no more; and MIG mode knows DEFAULT only. */
    if (mode == 1 || (mode != 0 && gpu_at(device)->mig)) RETURN(NOT_SUPPORTED);
    gpu_at(device)->compute_mode = mode;
    RETURN(OK);
}

static Profile *profile_by(Gpu *gpu, int by_number, uint32_t value) {
    for (uint32_t index = 0; gpu != NULL && index < gpu->profile_count; index++)
        if ((by_number ? gpu->profiles[index].number : gpu->profiles[index].id) == value) return &gpu->profiles[index];
    return NULL;
}

nvmlReturn_t nvmlDeviceGetGpuInstanceProfileInfo(void *device, uint32_t number, ProfileV1 *info) {
    ENTER(gpu_of(device));
    Profile *p = profile_by(gpu_at(device), 1, number);
    if (number >= 0x12) RETURN(INVALID);
    if (p == NULL) RETURN(NOT_SUPPORTED);
    *info = (ProfileV1){p->id, 0, p->slices, p->instances, p->sms, {0}, p->memory};
    memcpy(info->engines, p->engines, sizeof p->engines);
    RETURN(OK);
}
#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetGpuInstanceProfileInfoV(void *device, uint32_t number, void *info) {
    ENTER(gpu_of(device));
    Gpu *gpu = gpu_at(device);
    Profile *p = profile_by(gpu, 1, number);
    if (number >= 0x12) RETURN(INVALID);
    if (p == NULL || !gpu->mig) RETURN(NOT_SUPPORTED);
    if (*(uint32_t *)info == 0x02000098) {
        ProfileV2 *out = info;
        *out = (ProfileV2){0x02000098, p->id, 0, p->slices, p->instances, p->sms, {0}, p->memory, ""};
        memcpy(out->engines, p->engines, sizeof p->engines);
        snprintf(out->name, sizeof out->name, "MIG %s", p->name);
    } else if (*(uint32_t *)info == 0x03000098 && !control_has("no-third-version", -1, -1)) {
        ProfileV3 *out = info;
        *out = (ProfileV3){0x03000098, p->id, p->slices, p->instances, p->sms, {0}, p->memory, "", 0};
        memcpy(out->engines, p->engines, sizeof p->engines);
        snprintf(out->name, sizeof out->name, "MIG %s", p->name);
    } else
        RETURN(VERSION);
    RETURN(OK);
}
#endif

static int placements(void *device, uint32_t id, Placement *places, uint32_t *count) {
    Profile *p = profile_by(gpu_at(device), 0, id);
    if (p == NULL) return INVALID;
    if (places != NULL && *count < p->start_count) return *count = p->start_count, TOO_SMALL;
    for (uint32_t at = 0; places != NULL && at < p->start_count; at++) places[at] = (Placement){p->starts[at], p->size};
    *count = p->start_count;
    return OK;
}
#ifdef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetGpuInstancePossiblePlacements(void *device, uint32_t id, Placement *places, uint32_t *count) {
    ENTER(gpu_of(device));
    RETURN(placements(device, id, places, count));
}
#else
nvmlReturn_t nvmlDeviceGetGpuInstancePossiblePlacements_v2(void *device, uint32_t id, Placement *places, uint32_t *count) {
    ENTER(gpu_of(device));
    RETURN(placements(device, id, places, count));
}
#endif

static int has_start(const Profile *p, uint32_t start) {
    for (uint32_t at = 0; at < p->start_count; at++)
        if (p->starts[at] == start) return 1;
    return 0;
}
/* nvml.h: one +me on a GPU; beside +me.all only -me. */
static int engines_collide(uint32_t a, uint32_t b) {
    int a_all = a == 15 || a == 16, b_all = b == 15 || b == 16, a_none = a == 13 || a == 14, b_none = b == 13 || b == 14;
    return ((a == 7 || a == 8) && (b == 7 || b == 8)) || (a_all && !b_none) || (b_all && !a_none);
}

nvmlReturn_t nvmlDeviceCreateGpuInstanceWithPlacement(void *device, uint32_t id, const Placement *place, void **out) {
    ENTER(gpu_of(device));
    Gpu *gpu = gpu_at(device);
    Profile *p = profile_by(gpu, 0, id);
    uint32_t like = 0, ids = 0;
    int slot = -1;
    if (gpu == NULL || p == NULL) RETURN(INVALID);
    if (!gpu->mig) RETURN(NOT_SUPPORTED);
    if (place->size != p->size || !has_start(p, place->start)) RETURN(INVALID);
    if (control_has("client", g_, -1)) RETURN(IN_USE);
    for (int at = MAX_INSTANCES - 1; at >= 0; at--) {
        Instance *other = &gpu->instances[at];
        if (!other->used) {
            slot = at;
            continue;
        }
        Profile *beside = profile_by(gpu, 0, other->profile);
        ids |= 1u << other->id;
        like += beside == p;
        if (other->start < place->start + p->size && place->start < other->start + beside->size) RETURN(NO_ROOM);
        if (engines_collide(beside->number, p->number)) RETURN(NO_ROOM);
    }
    if (slot < 0 || like >= p->instances) RETURN(NO_ROOM);
    Instance *made = &gpu->instances[slot];
    memset(made, 0, sizeof *made);
    made->id = 1;
    while (ids >> made->id & 1) made->id++;
    made->profile = id;
    made->start = place->start;
    made->serial = ++machine->serial;
    made->used = 1;
    *out = handle(INSTANCE, (uint64_t)g_, (uint64_t)slot, 0, made->serial);
    RETURN(OK);
}
nvmlReturn_t nvmlGpuInstanceDestroy(void *h) {
    ENTER(gpu_of(h));
    Instance *instance = instance_at(h);
    if (instance == NULL) RETURN(INVALID);
    for (int at = 0; at < MAX_PARTS; at++)
        if (instance->parts[at].used) RETURN(IN_USE);
    if (control_has("client", g_, -1) || process_on(g_, (int)instance->start)) RETURN(IN_USE);
    instance->used = 0;
    RETURN(OK);
}
nvmlReturn_t nvmlDeviceGetGpuInstances(void *device, uint32_t id, void **out, uint32_t *count) {
    ENTER(gpu_of(device));
    Gpu *gpu = gpu_at(device);
    if (gpu == NULL || profile_by(gpu, 0, id) == NULL) RETURN(INVALID);
    if (!gpu->mig) RETURN(NOT_SUPPORTED);
    *count = 0;
    for (int slot = 0; slot < MAX_INSTANCES; slot++)
        if (gpu->instances[slot].used && gpu->instances[slot].profile == id)
            out[(*count)++] = handle(INSTANCE, (uint64_t)g_, (uint64_t)slot, 0, gpu->instances[slot].serial);
    RETURN(OK);
}
nvmlReturn_t nvmlGpuInstanceGetInfo(void *h, InstanceRecord *info) {
    ENTER(gpu_of(h));
    Instance *instance = instance_at(h);
    if (instance == NULL) RETURN(INVALID);
    *info = (InstanceRecord){handle(DEVICE, (uint64_t)g_, 0, 0, 0), instance->id, instance->profile,
                             {instance->start, profile_by(gpu_at(h), 0, instance->profile)->size}};
    RETURN(OK);
}

/* The compute instance profile of that number in a GPU instance: its slices and its SMs. Of a 1g with double memory number 0 has the SMs of a plain 1g
   only, and number 7 has all. */
static int part_profile(Gpu *gpu, const Instance *instance, uint32_t number, PartProfile *out) {
    static const uint32_t slices[] = {1, 2, 3, 4, 7, 0, 0, 1};
    Profile *p = profile_by(gpu, 0, instance->profile), *plain = profile_by(gpu, 1, 0);
    if (number >= 9) return INVALID;
    if (number >= PART_PROFILES || slices[number] == 0 || slices[number] > p->slices || (number == 7 && p->number != 9)) return NOT_SUPPORTED;
    memset(out, 0, sizeof *out);
    out->id = number;
    out->slices = slices[number];
    out->instances = p->slices / out->slices;
    out->sms = number == 7 ? p->sms : p->number == 9 ? plain->sms : p->sms * out->slices / p->slices;
    return OK;
}
nvmlReturn_t nvmlGpuInstanceGetComputeInstanceProfileInfo(void *h, uint32_t number, uint32_t engines, PartProfile *info) {
    ENTER(gpu_of(h));
    if (instance_at(h) == NULL || engines != 0) RETURN(INVALID);
    RETURN(part_profile(gpu_at(h), instance_at(h), number, info));
}
nvmlReturn_t nvmlGpuInstanceCreateComputeInstance(void *h, uint32_t id, void **out) {
    ENTER(gpu_of(h));
    Instance *instance = instance_at(h);
    PartProfile wanted;
    uint32_t taken = 0;
    int slot = -1, code = instance == NULL ? INVALID : part_profile(gpu_at(h), instance, id, &wanted);
    if (code != OK) RETURN(code);
    for (int at = MAX_PARTS - 1; at >= 0; at--) {
        taken += instance->parts[at].used ? instance->parts[at].slices : 0;
        if (!instance->parts[at].used) slot = at;
    }
    if (slot < 0 || taken + wanted.slices > profile_by(gpu_at(h), 0, instance->profile)->slices) RETURN(NO_ROOM);
    instance->parts[slot] = (Part){1, (uint32_t)slot, id, wanted.slices, taken, wanted.sms, ++machine->serial};
    *out = handle(PART, (uint64_t)g_, (uint64_t)slot_of(h), (uint64_t)slot, instance->parts[slot].serial);
    RETURN(OK);
}
nvmlReturn_t nvmlComputeInstanceDestroy(void *h) {
    ENTER(gpu_of(h));
    Part *part = part_at(h);
    if (part == NULL) RETURN(INVALID);
    if (process_on(g_, (int)instance_at(h)->start)) RETURN(IN_USE);
    part->used = 0;
    RETURN(OK);
}
nvmlReturn_t nvmlGpuInstanceGetComputeInstances(void *h, uint32_t id, void **out, uint32_t *count) {
    ENTER(gpu_of(h));
    Instance *instance = instance_at(h);
    if (instance == NULL) RETURN(INVALID);
    *count = 0;
    for (int at = 0; at < MAX_PARTS; at++)
        if (instance->parts[at].used && instance->parts[at].profile == id)
            out[(*count)++] = handle(PART, (uint64_t)g_, (uint64_t)slot_of(h), (uint64_t)at, instance->parts[at].serial);
    RETURN(OK);
}
#ifdef OLD_DRIVER
/* Its record has no placement: a caller's last eight bytes stay as they were. */
nvmlReturn_t nvmlComputeInstanceGetInfo(void *h, PartRecord *info) {
#else
nvmlReturn_t nvmlComputeInstanceGetInfo_v2(void *h, PartRecord *info) {
#endif
    ENTER(gpu_of(h));
    Part *part = part_at(h);
    if (part == NULL) RETURN(INVALID);
    info->device = handle(MIG_DEVICE, (uint64_t)g_, (uint64_t)slot_of(h), (uint64_t)part_of(h), part->serial);
    info->instance = handle(INSTANCE, (uint64_t)g_, (uint64_t)slot_of(h), 0, instance_at(h)->serial);
    info->id = part->id;
    info->profile = part->profile;
#ifndef OLD_DRIVER
    info->placement = (Placement){part->offset, part->slices};
#endif
    RETURN(OK);
}
/* Leaves the lock, as the calls do that it is the body of. */
static int processes_of(const char *call, const char *kind, void *device, uint32_t *count, Process *processes) {
    int gpu = gpu_of(device), code = enter(call, gpu), start = -1;
    uint32_t room = *count;
    if (code != OK) return code;
    if (kind_of(device) == MIG_DEVICE) {
        if (part_at(device) == NULL) return leave(gpu, NOT_FOUND);
        start = (int)instance_at(device)->start;
    }
    *count = control_has(kind, gpu, start) ? 1 : 0;
    if (*count > room) return leave(gpu, TOO_SMALL);
    if (*count == 1) *processes = (Process){4242, 1u << 30, ~0u, ~0u};
    return leave(gpu, OK);
}
#ifdef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(void *device, uint32_t *count, Process *processes) { return processes_of(__func__, "process", device, count, processes); }
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v2(void *device, uint32_t *count, Process *processes) { return processes_of(__func__, "drawing", device, count, processes); }
#else
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(void *device, uint32_t *count, Process *processes) { return processes_of(__func__, "process", device, count, processes); }
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(void *device, uint32_t *count, Process *processes) { return processes_of(__func__, "drawing", device, count, processes); }
#endif

/* Tests ask how many SMs the whole of an instance has: NVML would tell it by nvmlDeviceGetAttributes_v2. */
int nvmlDoubleMultiprocessors(int gpu, int start) {
    for (int slot = 0; slot < MAX_INSTANCES; slot++) {
        Instance *instance = &machine->gpus[gpu].instances[slot];
        if (instance->used && instance->start == (uint32_t)start) return (int)instance->parts[0].sms;
    }
    return -1;
}

/* Events. None of these calls is written down or counted: they are made by a thread of their own, at no certain time. */
enum { XID_TYPE = 8, EVENT_SET = 9 };

static uint32_t registered;

nvmlReturn_t nvmlEventSetCreate(void **set) {
    int code = control_of(__func__, -1).code;
    if (code != OK) return code;
    if (sessions == 0) return UNINITIALIZED;
    registered = 0;
    *set = handle(EVENT_SET, 0, 0, 0, 1);
    return OK;
}
nvmlReturn_t nvmlDeviceRegisterEvents(void *device, uint64_t types, void *set) {
    int code = control_of(__func__, gpu_of(device)).code;
    if (code != OK) return code;
    if (kind_of(set) != EVENT_SET || gpu_at(device) == NULL || kind_of(device) != DEVICE) return INVALID;
    if (types & XID_TYPE) registered |= 1u << gpu_of(device);
    return OK;
}
nvmlReturn_t nvmlEventSetWait_v2(void *set, EventRecord *record, uint32_t milliseconds) {
    if (kind_of(set) != EVENT_SET) return INVALID;
    for (uint32_t waited = 0;; waited += 100) {
        if (sessions == 0 || is_broken || machine == NULL) return UNINITIALIZED;
        lock();
        if (machine->event_count > 0) {
            Event first = machine->events[0];
            machine->event_count--;
            memmove(machine->events, machine->events + 1, machine->event_count * sizeof(Event));
            pthread_mutex_unlock(&machine->lock);
            if (!(registered & 1u << first.gpu)) continue;
            *record = (EventRecord){handle(DEVICE, first.gpu, 0, 0, 0), XID_TYPE, first.xid, first.instance, first.instance == ~0u ? ~0u : 0};
            return OK;
        }
        pthread_mutex_unlock(&machine->lock);
        if (waited >= milliseconds) return TIMEOUT;
        usleep(100000);
    }
}
nvmlReturn_t nvmlEventSetFree(void *set) { return kind_of(set) == EVENT_SET ? OK : INVALID; }

/* Tests have an XID error happen: to the instance at that start, or to the GPU as a whole where start is negative. Whoever waits hears of it. */
int nvmlDoubleXid(int gpu, int start, uint64_t xid) {
    Event event = {(uint32_t)gpu, ~0u, xid};
    lock();
    for (int slot = 0; start >= 0 && slot < MAX_INSTANCES; slot++) {
        Instance *instance = &machine->gpus[gpu].instances[slot];
        if (instance->used && instance->start == (uint32_t)start) event.instance = instance->id;
    }
    int fits = machine->event_count < MAX_EVENTS && (start < 0 || event.instance != ~0u);
    if (fits) machine->events[machine->event_count++] = event;
    pthread_mutex_unlock(&machine->lock);
    return fits ? OK : INVALID;
}
