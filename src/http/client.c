/* SPDX-License-Identifier: Apache-2.0 */
#include "http/client.h"

#include "base/mem.h"
#include "http/transfer_int.h"

static void global_init(void)
{
    static bool done; /* of the library, not of ours */

    if (!done && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        mem_exhausted(1, 0);
    done = true;
}

struct http_client *http_client_new(struct loop *loop)
{
    struct http_client *client = mem_alloc(1, sizeof(*client));

    global_init();
    client->loop = loop;
    if (loop != NULL)
        http_multi_init(client);
    return client;
}

void http_client_reset(struct http_client *client)
{
    transfer_free(client->last);
    client->last = NULL;
    if (client->easy != NULL)
        curl_easy_cleanup(client->easy);
    client->easy = NULL;
    http_multi_reset(client);
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    transfer_free(client->last);
    if (client->easy != NULL)
        curl_easy_cleanup(client->easy);
    http_multi_clear(client);
    mem_free(client);
}

void http_client_freep(struct http_client **client)
{
    http_client_free(*client);
}

int http_run(struct http_client *client, const struct http_request *request,
             struct http_answer *out, struct err *err)
{
    struct http_transfer *transfer;
    CURLcode code;
    int rc;

    transfer_free(client->last);
    client->last = NULL;
    if (client->easy == NULL)
        client->easy = curl_easy_init();
    if (client->easy == NULL)
        return err_set(err, E_IO, "libcurl does not start");
    curl_easy_reset(client->easy); /* keeps connections and sessions */
    rc = transfer_new(client, client->easy, request, &transfer, err);
    if (rc < 0)
        return rc;
    client->last = transfer;
    code = curl_easy_perform(client->easy);
    rc = transfer_end(transfer, code, err);
    if (rc == 0)
        *out = transfer->answer;
    return rc;
}

static size_t drop(char *bytes UNUSED, size_t size, size_t n, void *ctx UNUSED)
{
    return size * n;
}

static void chain_options(CURL *curl, const char *url, int64_t timeout_ms)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
}

static void chain_add(const struct curl_certinfo *info, struct buf *out)
{
    for (int i = 0; i < info->num_of_certs; i++) {
        const struct curl_slist *line = info->certinfo[i];

        for (; line != NULL; line = line->next) {
            str text = str_c(line->data);

            if (!str_starts(text, STR("Cert:")))
                continue;
            buf_add(out, str_sub(text, strlen("Cert:"), SIZE_MAX));
            if (!str_ends(text, STR("\n")))
                buf_add_char(out, '\n');
        }
    }
}

int http_chain(const char *url, int64_t timeout_ms, struct buf *out,
               struct err *err)
{
    struct curl_certinfo *info = NULL;
    CURL *curl;
    CURLcode code;
    int rc = 0;

    global_init();
    curl = curl_easy_init();
    if (curl == NULL)
        return err_set(err, E_IO, "libcurl does not start");
    chain_options(curl, url, timeout_ms);
    code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        rc = err_set(err, E_IO, "%s", curl_easy_strerror(code));
    else if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) != CURLE_OK ||
             info == NULL || info->num_of_certs == 0)
        rc = err_set(err, E_IO, "the server shows no certificate");
    else
        chain_add(info, out);
    curl_easy_cleanup(curl);
    return rc < 0 ? rc : buf_finish(out, "the certificates", err);
}

void http_components(struct components *components)
{
    component_add(components, "curl",
                  curl_version_info(CURLVERSION_NOW)->version);
}
