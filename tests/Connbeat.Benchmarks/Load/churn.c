// Makes and closes TCP connections on 127.0.0.1 at a steady pace: churn RATE SECONDS. Prints how many it made.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: churn RATE SECONDS\n");
        return 2;
    }

    double rate = atof(arguments[1]), seconds = atof(arguments[2]), began = now();
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    must(listener, "socket");
    must(bind(listener, (struct sockaddr *)&address, size), "bind");
    must(listen(listener, 64), "listen");
    must(getsockname(listener, (struct sockaddr *)&address, &size), "getsockname");
    long made = 0;
    while (now() - began < seconds) {
        double ahead = made / rate - (now() - began);
        if (ahead > 0.001) {
            usleep((useconds_t)(ahead * 1e6));
        }

        // From one of many addresses: of one alone all ports would soon be waiting for their time.
        struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f010000 + made % 64) };
        int client = socket(AF_INET, SOCK_STREAM, 0);
        must(client, "socket");
        must(bind(client, (struct sockaddr *)&from, sizeof from), "bind");
        must(connect(client, (struct sockaddr *)&address, size), "connect");
        int server = accept(listener, NULL, NULL);
        must(server, "accept");
        close(client);
        close(server);
        made++;
    }

    printf("%ld\n", made);
    return 0;
}
