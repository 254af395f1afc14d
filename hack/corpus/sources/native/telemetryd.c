/* A telemetry daemon: reads samples, keeps a ring, answers on a port. MODE picks what its bad release does. */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#ifdef SAMPLES
int samples_open(const char *name);
#endif

static void say(const char *level, const char *format, ...) {
    char when[32];
    time_t now = time(NULL);
    strftime(when, sizeof when, "%Y/%m/%d %H:%M:%S", gmtime(&now));
    fprintf(stderr, "%s telemetryd[%d] <%s> ", when, (int)getpid(), level);
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

struct sample { double value; char *unit; struct sample *next; };

static struct sample *newest;

__attribute__((noinline)) static void parse_label(const char *text) {
    char label[16];
    strcpy(label, text);
    say("debug", "label %s", label);
}

__attribute__((noinline)) static double mean(struct sample *list) {
    double sum = 0;
    for (int n = 0; n < 3; n++, list = list->next) sum += list->value;
    return sum / 3;
}

static void *worker(void *arg) { sleep(30); return arg; }

static int flush(const char *folder) {
    char path[256];
    snprintf(path, sizeof path, "%s/ring.bin", folder);
    int fd = open(path, O_CREAT | O_WRONLY, 0644);
    if (fd < 0) { say("crit", "cannot open %s: %m", path); return -1; }
    char block[65536];
    memset(block, 7, sizeof block);
    for (int n = 0; n < 16; n++)
        if (write(fd, block, sizeof block) < (ssize_t)sizeof block) {
            say("crit", "write to %s failed: %s", path, strerror(errno ? errno : ENOSPC));
            return -1;
        }
    close(fd);
    return 0;
}

int main(int argc, char **argv) {
    const char *mode = getenv("MODE") ? getenv("MODE") : "", *port = getenv("PORT"), *path = getenv("CONTROL");
    const char *folder = getenv("RING") ? getenv("RING") : "/data";
    setvbuf(stderr, NULL, _IOLBF, 0);
    say("info", "telemetryd 5.2.1 starting (%d argument%s)", argc - 1, argc == 2 ? "" : "s");
#ifdef SAMPLES
    say("info", "samples library: %d", samples_open("ring"));
#endif
    const char *wanted = getenv("LOCK");
    if (wanted) {
        int fd = open(wanted, O_CREAT | O_RDWR, 0644);
        if (fd < 0) { perror(wanted); return 1; }
        if (flock(fd, LOCK_EX | LOCK_NB)) {
            say("crit", "cannot lock %s: %s, is another telemetryd running?", wanted, strerror(errno));
            return 1;
        }
    }
    for (int n = 0; n < 12; n++) {
        struct sample *s = calloc(1, sizeof *s);
        s->value = 20.5 + n;
        s->next = newest;
        newest = s;
        say("info", "sensor %d registered, %.1f C", n, s->value);
    }
    if (!strcmp(mode, "segfault")) { newest->next->next = NULL; say("info", "mean %.2f", mean(newest)); }
    if (!strcmp(mode, "double-free")) { free(newest->unit = malloc(24)); say("info", "rotating ring"); free(newest->unit); }
    if (!strcmp(mode, "heap")) { char *p = malloc(24); say("info", "compacting ring"); memset(p, 1, 64); free(p); malloc(4000); free(malloc(24)); malloc(1 << 20); abort(); }
    if (!strcmp(mode, "smash")) parse_label(getenv("LABEL"));
    if (!strcmp(mode, "assert")) { say("info", "verifying ring"); assert(newest->unit != NULL); }
    if (!strcmp(mode, "bus")) {
        int fd = open("/data/ring.map", O_CREAT | O_RDWR | O_TRUNC, 0644);
        char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        say("info", "ring mapped");
        map[100] = 1;
    }
    if (!strcmp(mode, "illegal")) { say("info", "calibrating"); __builtin_trap(); }
    if (!strcmp(mode, "fpe")) { volatile int none = 0; say("info", "rate %d", 100 / none); }
    if (!strcmp(mode, "flush") && flush(folder)) return 1;
    if (!strcmp(mode, "threads"))
        for (int n = 0; n < 100; n++) {
            pthread_t id;
            int fault = pthread_create(&id, NULL, worker, NULL);
            if (fault) { say("crit", "pthread_create: %s", strerror(fault)); return 1; }
        }
    if (!strcmp(mode, "files"))
        for (int n = 0;; n++) {
            if (open("/dev/null", O_RDONLY) < 0) { say("crit", "open sensor channel %d: %s", n, strerror(errno)); return 1; }
        }
    if (!strcmp(mode, "memory"))
        for (int n = 1;; n++) {
            char *p = malloc(8 << 20);
            if (!p) { say("crit", "malloc of ring segment %d failed: %s", n, strerror(errno)); return 1; }
            memset(p, 1, 8 << 20);
            say("info", "ring segment %d allocated", n);
        }
    const char *upstream = getenv("UPSTREAM");
    if (upstream) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(4317)};
        inet_aton(upstream, &to.sin_addr);
        for (int n = 1; n <= 5; n++) {
            int s = socket(AF_INET, SOCK_STREAM, 0);
            if (!connect(s, (struct sockaddr *)&to, sizeof to)) { say("info", "collector %s connected", upstream); break; }
            say("warn", "connect to collector %s:4317: %s (attempt %d)", upstream, strerror(errno), n);
            if (n == 5) { say("crit", "collector %s:4317 is not reachable, giving up", upstream); return 1; }
            close(s);
            usleep(300000);
        }
    }
    if (path) {
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        strncpy(at.sun_path, path, sizeof at.sun_path - 1);
        if (bind(s, (struct sockaddr *)&at, sizeof at)) {
            if (getenv("TERSE")) perror("bind"); else say("crit", "bind(%s): %s", path, strerror(errno));
            return 1;
        }
    }
    if (port) {
        int s = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
        if (bind(s, (struct sockaddr *)&at, sizeof at)) {
            if (getenv("TERSE")) perror("bind"); else say("crit", "cannot listen on 0.0.0.0:%s: %s", port, strerror(errno));
            return 1;
        }
        listen(s, 5);
        say("info", "listening on 0.0.0.0:%s", port);
    }
    say("info", "ready");
    for (;;) sleep(60);
}
