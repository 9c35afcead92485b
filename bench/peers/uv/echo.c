/* SPDX-License-Identifier: MIT */
/* echo LISTEN: an echo server on libuv. A reply is tried at once and queued
 * only if the socket is full. */
#include "../../common.h"

#include <uv.h>

enum { BUFFER = 4096 };

static char buffer[BUFFER];

struct reply {
    uv_write_t write;
    char bytes[BUFFER];
};

static void give_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    (void)handle;
    (void)wanted;
    *buf = uv_buf_init(buffer, sizeof buffer);
}

static void closed(uv_handle_t *handle)
{
    free(handle);
}

static void written(uv_write_t *write, int status)
{
    (void)status;
    free(write);
}

static void write_later(uv_stream_t *stream, const char *bytes, size_t len)
{
    struct reply *reply = malloc(sizeof *reply);
    if (!reply)
        die("out of memory");
    memcpy(reply->bytes, bytes, len);
    uv_buf_t buf = uv_buf_init(reply->bytes, (unsigned)len);
    uv_write(&reply->write, stream, &buf, 1, written);
}

static void has_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    if (n < 0)
        uv_close((uv_handle_t *)stream, closed);
    if (n <= 0)
        return;
    uv_buf_t out = uv_buf_init(buf->base, (unsigned)n);
    int sent = uv_try_write(stream, &out, 1);
    if (sent < 0)
        sent = 0;
    if (sent < n)
        write_later(stream, buf->base + sent, (size_t)(n - sent));
}

static void has_connection(uv_stream_t *listener, int status)
{
    if (status < 0)
        return;
    uv_tcp_t *client = malloc(sizeof *client);
    if (!client)
        die("out of memory");
    uv_tcp_init(listener->loop, client);
    if (uv_accept(listener, (uv_stream_t *)client) < 0) {
        uv_close((uv_handle_t *)client, closed);
        return;
    }
    uv_tcp_nodelay(client, 1);
    uv_read_start((uv_stream_t *)client, give_buffer, has_read);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: %s LISTEN", argv[0]);
    raise_limit_nofile();
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    uv_tcp_init(loop, &listener);
    uv_tcp_open(&listener, listen_on(argv[1]));
    int rc = uv_listen((uv_stream_t *)&listener, 4096, has_connection);
    if (rc < 0)
        die("uv_listen: %s", uv_strerror(rc));
    uv_os_fd_t fd;
    uv_fileno((uv_handle_t *)&listener, &fd);
    announce(fd);
    return uv_run(loop, UV_RUN_DEFAULT);
}
