/* Stands in for NVIDIA's nvidia-cuda-mps-control: with -d a daemon, else it sends the lines of its standard input to the daemon of
   CUDA_MPS_PIPE_DIRECTORY. A daemon serves one GPU (CUDA_VISIBLE_DEVICES) and starts a server, which is a process, for the first client's user; clients of
   another user wait until the server has none left; a client beyond the limit is refused; with the daemon its server and its clients go.

   Stricter than NVIDIA's: where $NVML_DOUBLE names a machine, the GPU must be in EXCLUSIVE_PROCESS mode and not in MIG mode, else clients are refused.

   FOLDER/../faults, FOLDER being the pipe directory, is read at each occasion, one line each:

     refuse TEXT     -d says TEXT and exits with 1
     hang-start      -d neither says nor does anything
     hang            the daemon answers no command
     garbage         the daemon answers what nobody understands
     limit N         that many clients, instead of 48
     faulty          its servers have the status FAULT
*/
#include "../nvml-double/double.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 256 };
typedef struct { int socket, pid, uid, is_client, is_served; } Peer;

static const char *folder;
static char *own_name;
static Peer peers[MOST];
static int peer_count, server, server_uid, is_quitting;
static char memory_limit[64], server_memory_limit[64], percentage[64] = "100.0", server_percentage[64] = "100.0";

static int fault(const char *word, char *rest, size_t size) {
    char path[512], line[256];
    snprintf(path, sizeof path, "%s/../faults", folder);
    FILE *file = fopen(path, "r");
    int found = 0;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        size_t length = strlen(word);
        found = strncmp(line, word, length) == 0 && (line[length] == 0 || line[length] == ' ');
        if (found && rest != NULL) snprintf(rest, size, "%s", line + length + (line[length] == ' '));
    }
    if (file != NULL) fclose(file);
    return found;
}

static void note(const char *format, ...) {
    char path[512], stamp[64];
    time_t now = time(NULL);
    snprintf(path, sizeof path, "%s/control.log", getenv("CUDA_MPS_LOG_DIRECTORY") == NULL ? "/tmp" : getenv("CUDA_MPS_LOG_DIRECTORY"));
    FILE *file = fopen(path, "a");
    if (file == NULL) return;
    strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", localtime(&now));
    fprintf(file, "[%s.000 Control %5d] ", stamp, (int)getpid());
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputc('\n', file);
    fclose(file);
}

static void address_of(struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (snprintf(address->sun_path, sizeof address->sun_path, "%s/control", folder) >= (int)sizeof address->sun_path) exit(3);
}

/* Why the GPU lets no server in; empty where it does. */
static const char *closed(void) {
    char path[600];
    const char *world = getenv("NVML_DOUBLE"), *gpu = getenv("CUDA_VISIBLE_DEVICES");
    if (world == NULL) return "";
    snprintf(path, sizeof path, "%s/machine", world);
    int file = open(path, O_RDONLY);
    if (file < 0) return "no machine";
    Machine *seen = mmap(NULL, sizeof(Machine), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (seen == MAP_FAILED) return "no machine";
    const char *why = "no such GPU";
    for (uint32_t index = 0; index < seen->gpu_count; index++)
        if (gpu != NULL && strcmp(seen->gpus[index].uuid, gpu) == 0) why = seen->gpus[index].mig ? "MIG mode" : seen->gpus[index].compute_mode != 3 ? "not EXCLUSIVE_PROCESS" : "";
    munmap(seen, sizeof(Machine));
    return why;
}

static void say(int peer, const char *text) {
    if (send(peers[peer].socket, text, strlen(text), MSG_NOSIGNAL) < 0) return;
}

static void drop(int peer) {
    if (peers[peer].is_client) note("Client %d disconnected", peers[peer].pid);
    close(peers[peer].socket);
    peers[peer] = peers[--peer_count];
}

static int served(void) {
    int count = 0;
    for (int peer = 0; peer < peer_count; peer++) count += peers[peer].is_served;
    return count;
}

static void start_server(int uid) {
    note("Starting new server for user %d", uid);
    server_uid = uid;
    snprintf(server_memory_limit, sizeof server_memory_limit, "%s", memory_limit);
    snprintf(server_percentage, sizeof server_percentage, "%s", percentage);
    pid_t daemon = getpid();
    server = fork();
    if (server == 0) {
        /* Named as NVIDIA's, and without the daemon's sockets: who is dropped there must see it. */
        memset(own_name, 0, strlen(own_name));
        memcpy(own_name, "nvidia-cuda-mps-server", 22);
        prctl(PR_SET_NAME, "nvidia-cuda-mps-server");
        close_range(3, ~0u, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != daemon) _exit(1);
        for (;;) pause();
    }
    note("NEW SERVER %d: Ready", server);
}

static void stop_server(void) {
    if (server == 0) return;
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    note("Server %d exited with status 0", server);
    server = 0;
}

/* Lets in who may come in now. */
static void admit(void) {
    char text[64];
    int limit = fault("limit", text, sizeof text) ? atoi(text) : 48;
    if (server != 0 && served() == 0)
        for (int peer = 0; peer < peer_count; peer++)
            if (peers[peer].is_client && peers[peer].uid != server_uid) {
                stop_server();
                break;
            }
    for (int peer = 0; peer < peer_count; peer++) {
        if (!peers[peer].is_client || peers[peer].is_served) continue;
        if (server == 0) start_server(peers[peer].uid);
        if (peers[peer].uid != server_uid) continue;
        if (served() >= limit) {
            say(peer, "refused too many clients\n");
            drop(peer--);
            continue;
        }
        peers[peer].is_served = 1;
        say(peer, "running\n");
    }
}

static void welcome(int peer, int uid) {
    if (is_quitting || closed()[0] != 0) {
        char text[128];
        snprintf(text, sizeof text, "refused %s\n", is_quitting ? "quitting" : closed());
        say(peer, text);
        drop(peer);
        return;
    }
    peers[peer].is_client = 1;
    peers[peer].uid = uid;
    if (server != 0 && server_uid == uid)
        note("NEW CLIENT %d from user %d: Server already exists", peers[peer].pid, uid);
    else {
        note("NEW CLIENT %d from user %d: Server is not ready, push client to pending list", peers[peer].pid, uid);
        if (server != 0 && served() > 0) say(peer, "queued\n");
    }
    admit();
}

static void answer(int peer, const char *line) {
    char out[8192] = "", value[64] = "", word[64] = "";
    size_t used = 0;
    int number = 0, device = 0, is_mine = 0, asker = peers[peer].socket;
    sscanf(line, "%63s", word);
    is_mine = sscanf(line, "%*s %d", &number) == 1 && number == server && server != 0;
#define SAY(...) used += (size_t)snprintf(out + used, sizeof out - used, __VA_ARGS__)
    if (fault("garbage", NULL, 0)) SAY("?!\n");
    else if (strcmp(word, "get_server_list") == 0) { if (server != 0) SAY("%d\n", server); }
    else if (strcmp(word, "get_server_status") == 0) SAY("%s\n", !is_mine ? "Server not found" : fault("faulty", NULL, 0) ? "FAULT" : "ACTIVE");
    else if (strcmp(word, "get_client_list") == 0) {
        if (!is_mine) SAY("Server not found\n");
        for (int at = 0; is_mine && at < peer_count; at++) if (peers[at].is_served) SAY("%d\n", peers[at].pid);
    } else if (strcmp(word, "ps") == 0) {
        SAY("PID       ID    SERVER    DEVICE             NAMESPACE      COMMAND\n");
        for (int at = 0; at < peer_count; at++)
            if (peers[at].is_served) SAY("%-9d %-5d %-9d %-18.18s 4026531836     mps-client\n", peers[at].pid, at, server, getenv("CUDA_VISIBLE_DEVICES") == NULL ? "" : getenv("CUDA_VISIBLE_DEVICES"));
    } else if (sscanf(line, "start_server -uid %d", &number) == 1) { if (server == 0) start_server(number); }
    else if (strcmp(word, "shutdown_server") == 0) { if (is_mine) { for (int at = 0; at < peer_count; at++) if (peers[at].is_served) drop(at--); stop_server(); } }
    else if (sscanf(line, "terminate_client %d %d", &device, &number) == 2) { for (int at = 0; at < peer_count; at++) if (peers[at].is_client && peers[at].pid == number) drop(at--); }
    else if (sscanf(line, "set_default_active_thread_percentage %31s", value) == 1) snprintf(percentage, sizeof percentage, "%s", value);
    else if (strcmp(word, "get_default_active_thread_percentage") == 0) SAY("%s\n", percentage);
    else if (sscanf(line, "set_active_thread_percentage %d %31s", &number, value) == 2) snprintf(server_percentage, sizeof server_percentage, "%s", value);
    else if (strcmp(word, "get_active_thread_percentage") == 0) SAY("%s\n", server_percentage);
    else if (sscanf(line, "set_default_device_pinned_mem_limit %d %31s", &device, value) == 2) snprintf(memory_limit, sizeof memory_limit, "%s", value);
    else if (strcmp(word, "get_default_device_pinned_mem_limit") == 0) SAY("%s\n", memory_limit);
    else if (sscanf(line, "set_device_pinned_mem_limit %d %d %31s", &number, &device, value) == 3) snprintf(server_memory_limit, sizeof server_memory_limit, "%s", value);
    else if (strcmp(word, "get_device_pinned_mem_limit") == 0) SAY("%s\n", server_memory_limit);
    else if (strcmp(word, "quit") == 0) { is_quitting = 1; if (sscanf(line, "quit -t %d", &number) == 1) for (int at = 0; at < peer_count; at++) if (peers[at].is_client) drop(at--); }
    else SAY("Unknown command\n");
    /* Who was dropped above may have been replaced by the asker. */
    for (int at = 0; at < peer_count; at++)
        if (peers[at].socket == asker) {
            say(at, out);
            drop(at);
        }
    admit();
}

static void hear(int peer) {
    char line[512];
    int uid;
    ssize_t length = recv(peers[peer].socket, line, sizeof line - 1, MSG_DONTWAIT);
    if (length <= 0) {
        drop(peer);
        admit();
        return;
    }
    line[length] = 0;
    if (sscanf(line, "client %d", &uid) == 1) welcome(peer, uid);
    else if (!fault("hang", NULL, 0)) answer(peer, line);
}

static void serve(int listener) {
    char path[512];
    snprintf(path, sizeof path, "%s/nvidia-cuda-mps-control.pid", folder);
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fprintf(file, "%d", (int)getpid());
        fclose(file);
        chmod(path, 0666);
    }
    note("Start");
    while (!is_quitting || served() > 0) {
        struct pollfd waits[MOST + 1] = {{.fd = listener, .events = POLLIN}};
        for (int peer = 0; peer < peer_count; peer++) waits[peer + 1] = (struct pollfd){.fd = peers[peer].socket, .events = POLLIN};
        if (poll(waits, (nfds_t)peer_count + 1, -1) < 0 && errno != EINTR) break;
        /* From the last on: who leaves is replaced by who was last. */
        for (int peer = peer_count - 1; peer >= 0; peer--)
            if (waits[peer + 1].revents != 0) { hear(peer); break; }
        if (waits[0].revents != 0 && peer_count < MOST) {
            struct ucred who = {0};
            socklen_t size = sizeof who;
            Peer *next = &peers[peer_count];
            memset(next, 0, sizeof *next);
            next->socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            if (next->socket < 0) continue;
            getsockopt(next->socket, SOL_SOCKET, SO_PEERCRED, &who, &size);
            next->pid = who.pid;
            peer_count++;
        }
    }
    stop_server();
    unlink(path);
    note("Exit");
}

static int start(void) {
    struct sockaddr_un address;
    char text[256];
    address_of(&address);
    if (fault("hang-start", NULL, 0)) for (;;) pause();
    if (fault("refuse", text, sizeof text)) return fprintf(stderr, "%s\n", text), 1;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(probe, (struct sockaddr *)&address, sizeof address) == 0) return fprintf(stderr, "An instance of this daemon is already running\n"), 1;
    close(probe);
    unlink(address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0) return perror("control"), 1;
    chmod(address.sun_path, 0666);
    if (fork() != 0) return 0;
    setsid();
    signal(SIGPIPE, SIG_IGN);
    int nowhere = open("/dev/null", O_RDWR);
    for (int stream = 0; stream < 3; stream++) dup2(nowhere, stream);
    serve(listener);
    unlink(address.sun_path);
    return 0;
}

static int ask(void) {
    struct sockaddr_un address;
    char line[512], text[4096];
    ssize_t length;
    address_of(&address);
    while (fgets(line, sizeof line, stdin) != NULL) {
        int daemon = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(daemon, (struct sockaddr *)&address, sizeof address) != 0) return printf("Cannot find MPS control daemon process\n"), 1;
        if (write(daemon, line, strlen(line)) < 0) return 1;
        while ((length = read(daemon, text, sizeof text)) > 0) fwrite(text, 1, (size_t)length, stdout);
        close(daemon);
    }
    return 0;
}

int main(int argc, char **argv) {
    own_name = argv[0];
    folder = getenv("CUDA_MPS_PIPE_DIRECTORY");
    if (folder == NULL) folder = "/tmp/nvidia-mps";
    return argc > 1 && strcmp(argv[1], "-d") == 0 ? start() : ask();
}
