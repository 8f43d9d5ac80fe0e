/*
 * lives CONNECTIONS RATE PORT
 *
 * Makes so many TCP connections over 127.0.0.1, one after the other, RATE a second or, where that is 0, as fast as it can: one
 * process connects and asks with 100 bytes, another accepts, answers with 1,000 and closes. Prints one line: the milliseconds
 * that this took, and the milliseconds of CPU that both processes spent.
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
#include <time.h>
#include <unistd.h>

enum { ASKED = 100, ANSWERED = 1000 };

static char bytes[ANSWERED];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void serve(int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int server = accept(listener, NULL, NULL);
        if (server < 0)
            fail("accept");
        if (recv(server, bytes, ASKED, MSG_WAITALL) != ASKED || send(server, bytes, ANSWERED, MSG_NOSIGNAL) != ANSWERED)
            fail("serve");
        close(server);
    }
}

static void ask(const struct sockaddr_in *address)
{
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (client < 0 || connect(client, (const struct sockaddr *)address, sizeof *address) < 0)
        fail("connect");
    if (send(client, bytes, ASKED, MSG_NOSIGNAL) != ASKED || recv(client, bytes, ANSWERED, MSG_WAITALL) != ANSWERED)
        fail("ask");
    if (recv(client, bytes, 1, 0) != 0)
        fail("end");
    close(client);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e3 * time.tv_sec + time.tv_nsec / 1e6;
}

static void sleep_until(double time)
{
    double left = time - now();
    struct timespec wait = {.tv_sec = left / 1e3, .tv_nsec = (left - 1e3 * (long)(left / 1e3)) * 1e6};
    if (left > 0)
        nanosleep(&wait, NULL);
}

static double spent(const struct rusage *usage)
{
    return 1e3 * (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

int main(int count, char **arguments)
{
    if (count != 4)
        return 2;
    long connections = atol(arguments[1]);
    double rate = atof(arguments[2]);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[3]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0)
        fail("listen");
    pid_t server = fork();
    if (server == 0)
        serve(listener);

    double begin = now();
    for (long number = 0; number < connections; number++) {
        if (rate > 0)
            sleep_until(begin + 1e3 * number / rate);
        ask(&address);
    }
    double took = now() - begin;

    struct rusage client, served;
    getrusage(RUSAGE_SELF, &client);
    kill(server, SIGKILL);
    wait4(server, NULL, 0, &served);
    printf("%.3f %.3f\n", took, spent(&client) + spent(&served));
    return 0;
}
