/* A process that uses a shared GPU: mps-client [UID [stay]]. It says "queued", "running" or "refused WHY" as its daemon tells it, stays for as long as the
   daemon does, and then says "lost" and ends; told to stay it does not end. UID is whom it claims to be, so that tests need not be root to play two users. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *folder = getenv("CUDA_MPS_PIPE_DIRECTORY");
    char text[256];
    ssize_t length;
    int daemon = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/control", folder == NULL ? "/tmp/nvidia-mps" : folder);
    if (connect(daemon, (struct sockaddr *)&address, sizeof address) != 0) return puts("refused no daemon"), 1;
    snprintf(text, sizeof text, "client %s\n", argc > 1 ? argv[1] : "1000");
    if (write(daemon, text, strlen(text)) < 0) return 1;
    while ((length = read(daemon, text, sizeof text)) > 0) {
        fwrite(text, 1, (size_t)length, stdout);
        fflush(stdout);
    }
    puts("lost");
    fflush(stdout);
    if (argc > 2) pause();
    return 1;
}
