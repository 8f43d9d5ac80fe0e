/*
 * datagrams MODE COUNT PEERS RATE PORT
 *
 * Sends so many packets over loopback and receives them, RATE a second or, where that is 0, as fast as it can. One process
 * has both ends, so that nothing but sending and receiving is in its CPU time. MODE:
 *   ask     UDP: so many clients with addresses of their own ask a server with 40 bytes in turn, it answers with 120
 *   spread  UDP: a client tells a server 40 bytes, at so many of its addresses in turn
 *   talk    TCP: 100 bytes there and 100 back, on one connection; both are counted
 *   stream  TCP: 64 KiB there, on one connection
 * Prints one line: the milliseconds that this took, and the milliseconds of CPU that it spent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { ASKED = 40, ANSWERED = 120, SAID = 100, STREAMED = 65536, PEER_PORT = 5300, AT_ONCE = 100 };

static char bytes[STREAMED];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_in address_of(in_addr_t address, int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
}

/* 127.1.0.1 and on: none that ends with 0 or 255. */
static struct sockaddr_in peer(long number, int port)
{
    return address_of(0x7f010000 + number / 250 * 256 + number % 250 + 1, port);
}

static int bind_to(const struct sockaddr_in *address, int type)
{
    int made = socket(AF_INET, type, 0), on = 1;
    if (made < 0 || setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
        fail("socket");
    if (bind(made, (const struct sockaddr *)address, sizeof *address) < 0)
        fail("bind");
    return made;
}

static void send_to(int from, const struct sockaddr_in *to, size_t size)
{
    if (sendto(from, bytes, size, 0, (const struct sockaddr *)to, sizeof *to) != (ssize_t)size)
        fail("sendto");
}

static void receive(int at, struct sockaddr_in *from, size_t size)
{
    socklen_t length = sizeof *from;
    if (recvfrom(at, bytes, sizeof bytes, 0, (struct sockaddr *)from, &length) != (ssize_t)size)
        fail("recvfrom");
}

static void pass(int from, int to, size_t size)
{
    if (send(from, bytes, size, MSG_NOSIGNAL) != (ssize_t)size || recv(to, bytes, size, MSG_WAITALL) != (ssize_t)size)
        fail("pass");
}

static double milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e3 * time.tv_sec + time.tv_nsec / 1e6;
}

static double spent(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1e3 * (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static void keep_pace(double begin, long done, double rate)
{
    double left = rate > 0 && done % AT_ONCE < 2 ? begin + 1e3 * done / rate - milliseconds() : 0;
    struct timespec wait = {.tv_sec = left / 1e3, .tv_nsec = (left - 1e3 * (long)(left / 1e3)) * 1e6};
    if (left > 0)
        nanosleep(&wait, NULL);
}

int main(int count, char **arguments)
{
    if (count != 6)
        return 2;
    const char *mode = arguments[1];
    long packets = atol(arguments[2]), peers = atol(arguments[3]);
    double rate = atof(arguments[4]);
    int port = atoi(arguments[5]);
    int is_ask = !strcmp(mode, "ask"), is_tcp = !strcmp(mode, "talk") || !strcmp(mode, "stream");
    int is_both_ways = is_ask || !strcmp(mode, "talk");
    size_t size = is_ask || !is_tcp ? ASKED : is_both_ways ? SAID : STREAMED;

    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    struct sockaddr_in any = address_of(INADDR_ANY, port), there = address_of(INADDR_LOOPBACK, port), from;
    int server = bind_to(&any, is_tcp ? SOCK_STREAM : SOCK_DGRAM), *clients = calloc(peers, sizeof *clients), on = 1;
    if (!clients)
        fail("calloc");
    for (long number = 0; number < (is_ask ? peers : 1); number++) {
        struct sockaddr_in here = is_ask ? peer(number, PEER_PORT) : address_of(INADDR_LOOPBACK, 0);
        clients[number] = bind_to(&here, is_tcp ? SOCK_STREAM : SOCK_DGRAM);
    }
    if (is_tcp) {
        if (listen(server, 1) < 0 || connect(clients[0], (const struct sockaddr *)&there, sizeof there) < 0)
            fail("connect");
        server = accept(server, NULL, NULL);
        setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(clients[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    double begin = milliseconds(), cpu = spent();
    for (long done = 0; done < packets; done += 1 + is_both_ways) {
        long number = done / (1 + is_both_ways) % peers;
        keep_pace(begin, done, rate);
        if (is_tcp) {
            pass(clients[0], server, size);
            if (is_both_ways)
                pass(server, clients[0], size);
        } else if (is_ask) {
            send_to(clients[number], &there, ASKED);
            receive(server, &from, ASKED);
            send_to(server, &from, ANSWERED);
            receive(clients[number], &from, ANSWERED);
        } else {
            there = peer(number, port);
            send_to(clients[0], &there, ASKED);
            receive(server, &from, ASKED);
        }
    }
    printf("%.3f %.3f\n", milliseconds() - begin, spent() - cpu);
    return 0;
}
