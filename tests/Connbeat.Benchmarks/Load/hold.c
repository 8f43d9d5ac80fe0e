/*
 * hold PAIRS CONNECTIONS [PORT [DATAGRAMS]]
 *
 * Holds PAIRS x CONNECTIONS established TCP connections, both ends on this host: 2 x PAIRS processes, and twice as many
 * sockets as connections. Pair i listens on an address of its own in 127.1.0.0/16, port PORT + i (PORT is 21000 unless
 * told), so that no pair runs out of ephemeral ports. Its server has a UDP socket there too, and its client DATAGRAMS
 * that are connected to it; without DATAGRAMS there is none. Says "ready" when all are there, and holds them until its standard
 * input ends or a signal comes; then every process of it ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_in address_of(int pair, int first_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(first_port + pair)};
    address.sin_addr.s_addr = htonl((127u << 24) + (1u << 16) + 1 + pair);
    return address;
}

/* The kernel ends the process when the one that forked it is gone, however that ended. */
static void end_with_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        fail("prctl");
    if (getppid() != parent)
        exit(1);
}

static void tell(int pipe_end)
{
    if (write(pipe_end, "x", 1) != 1)
        fail("write");
}

static void await(int pipe_end)
{
    char byte;
    if (read(pipe_end, &byte, 1) != 1)
        exit(1);
}

static void hold_forever(void)
{
    for (;;)
        pause();
}

static void serve(struct sockaddr_in address, int connections, int datagrams, int listening, int done)
{
    int yes = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0)
        fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        fail("bind");
    if (listen(listener, 4096) < 0)
        fail("listen");
    if (datagrams > 0 && bind(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&address, sizeof address) < 0)
        fail("bind");

    tell(listening);
    for (int i = 0; i < connections; i++)
        if (accept(listener, NULL, NULL) < 0)
            fail("accept");
    tell(done);
    hold_forever();
}

static void call(struct sockaddr_in address, int connections, int datagrams, int listening, int done)
{
    await(listening);
    for (int i = 0; i < connections + datagrams; i++) {
        int connection = socket(AF_INET, i < connections ? SOCK_STREAM : SOCK_DGRAM, 0);
        if (connection < 0)
            fail("socket");
        if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
            fail("connect");
    }
    tell(done);
    hold_forever();
}

/* One pair after the other, so that no backlog overflows. */
static void start_pair(struct sockaddr_in address, int connections, int datagrams)
{
    int listening[2], done[2];
    pid_t parent = getpid();
    if (pipe(listening) < 0 || pipe(done) < 0)
        fail("pipe");

    for (int is_client = 0; is_client <= 1; is_client++) {
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child > 0)
            continue;

        end_with_parent(parent);
        prctl(PR_SET_NAME, is_client ? "hold-client" : "hold-server");
        close(STDIN_FILENO);
        close(done[0]);
        (is_client ? call : serve)(address, connections, datagrams, listening[!is_client], done[1]);
    }

    close(listening[0]);
    close(listening[1]);
    close(done[1]);
    await(done[0]);
    await(done[0]);
    close(done[0]);
}

/* A signal that is handled interrupts read(2). */
static void end_reading(int signal)
{
    (void)signal;
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "usage: hold PAIRS CONNECTIONS [PORT [DATAGRAMS]]\n");
        return 2;
    }

    int pairs = atoi(arguments[1]);
    int connections = atoi(arguments[2]);
    int first_port = count > 3 ? atoi(arguments[3]) : 21000;
    int datagrams = count > 4 ? atoi(arguments[4]) : 0;

    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    setpgid(0, 0);
    for (int pair = 0; pair < pairs; pair++)
        start_pair(address_of(pair, first_port), connections, datagrams);

    printf("ready: %d connections in %d processes\n", pairs * connections, 2 * pairs);
    fflush(stdout);
    struct sigaction interrupt = {.sa_handler = end_reading};
    sigaction(SIGTERM, &interrupt, NULL);
    sigaction(SIGINT, &interrupt, NULL);
    char ignored;
    while (read(STDIN_FILENO, &ignored, 1) > 0)
        ;

    /* Whoever waits for this process may count on its ports being free again. */
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    while (wait(NULL) > 0)
        ;
    return 0;
}
