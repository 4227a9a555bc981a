/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/sysinfo.h"

#include <arpa/inet.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
    TEXT_MAX = 64 * 1024
};

/* Text that may be in single or double quotes, with \ before a character that
 * the shell would interpret. */
static str unquote(str value, struct arena *arena)
{
    AUTO(buf_clear) struct buf out = BUF(TEXT_MAX);
    char quote = '\0';

    value = str_trim(value);
    if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') &&
        value.p[value.n - 1] == value.p[0]) {
        quote = value.p[0];
        value = str_sub(value, 1, value.n - 2);
    }
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\\' && quote != '\'' && i + 1 < value.n)
            i++;
        buf_add_char(&out, value.p[i]);
    }
    return arena_str(arena, buf_str(&out));
}

str sysinfo_os_release(str text, const char *key, struct arena *arena)
{
    while (text.n > 0) {
        str value = str_cut(&text, '\n');
        str name = str_cut(&value, '=');

        if (str_eq_c(str_trim(name), key))
            return unquote(value, arena);
    }
    return STR("");
}

static void read_os_release(struct probe_machine *machine,
                            struct oval_system *out)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    struct arena *arena = &machine->arena;

    if (probe_read(machine, "/etc/os-release", &text, NULL) < 0) {
        buf_reset(&text);
        if (probe_read(machine, "/usr/lib/os-release", &text, NULL) < 0)
            return;
    }
    out->os_name = sysinfo_os_release(buf_str(&text), "NAME", arena);
    out->os_version = sysinfo_os_release(buf_str(&text), "VERSION_ID", arena);
}

/* The spelling of uname(2) for what the machine's binaries are made for. */
static str elf_architecture(const unsigned char *ident, unsigned machine)
{
    static const struct {
        uint16_t machine;
        uint8_t class_;
        uint8_t data;
        const char *name;
    } rows[] = {
        { EM_X86_64, ELFCLASS64, ELFDATA2LSB, "x86_64" },
        { EM_386, ELFCLASS32, ELFDATA2LSB, "i686" },
        { EM_AARCH64, ELFCLASS64, ELFDATA2LSB, "aarch64" },
        { EM_ARM, ELFCLASS32, ELFDATA2LSB, "armv7l" },
        { EM_PPC64, ELFCLASS64, ELFDATA2LSB, "ppc64le" },
        { EM_PPC64, ELFCLASS64, ELFDATA2MSB, "ppc64" },
        { EM_S390, ELFCLASS64, ELFDATA2MSB, "s390x" },
        { EM_RISCV, ELFCLASS64, ELFDATA2LSB, "riscv64" },
        { EM_MIPS, ELFCLASS64, ELFDATA2LSB, "mips64" },
        { EM_LOONGARCH, ELFCLASS64, ELFDATA2LSB, "loongarch64" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].machine == machine && rows[i].class_ == ident[EI_CLASS] &&
            rows[i].data == ident[EI_DATA])
            return str_c(rows[i].name);
    return STR("");
}

static str read_elf(struct probe_machine *machine, const char *path)
{
    unsigned char head[20];
    struct stat st;
    unsigned kind;
    ssize_t n;
    int fd;

    if (probe_stat(machine, path, true, &st, NULL) < 0 || !S_ISREG(st.st_mode))
        return STR("");
    fd = probe_open(machine, path, O_RDONLY, NULL);
    if (fd < 0)
        return STR("");
    n = read(fd, head, sizeof(head));
    close(fd);
    if (n != sizeof(head) || memcmp(head, ELFMAG, SELFMAG) != 0)
        return STR("");
    kind = head[EI_DATA] == ELFDATA2LSB ? head[18] + head[19] * 256U
                                        : head[19] + head[18] * 256U;
    return elf_architecture(head, kind);
}

static void read_root(struct probe_machine *machine, struct oval_system *out)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    static const char *const binaries[] = { "/bin/sh", "/bin/bash",
                                            "/usr/bin/env", "/sbin/init" };

    if (probe_read(machine, "/etc/hostname", &text, NULL) == 0) {
        str rest = buf_str(&text);
        str line = str_trim(str_cut(&rest, '\n'));

        out->primary_host_name = arena_str(&machine->arena, line);
    }
    for (size_t i = 0; i < COUNT(binaries) && out->architecture.n == 0; i++)
        out->architecture = read_elf(machine, binaries[i]);
}

static str text_of_address(const struct sockaddr *address, struct arena *arena)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof(in));
        inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, address, sizeof(in6));
        inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof(text));
    }
    return arena_str(arena, str_c(text));
}

static str mac_of(const struct ifaddrs *all, const char *name,
                  struct arena *arena)
{
    for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next) {
        struct sockaddr_ll link;

        if (at->ifa_addr == NULL || at->ifa_addr->sa_family != AF_PACKET ||
            strcmp(at->ifa_name, name) != 0)
            continue;
        memcpy(&link, at->ifa_addr, sizeof(link));
        if (link.sll_halen != 6)
            return STR("");
        return arena_printf(arena, "%02X:%02X:%02X:%02X:%02X:%02X",
                            link.sll_addr[0], link.sll_addr[1],
                            link.sll_addr[2], link.sll_addr[3],
                            link.sll_addr[4], link.sll_addr[5]);
    }
    return STR("");
}

static bool has_address(const struct ifaddrs *at)
{
    return at->ifa_addr != NULL && (at->ifa_addr->sa_family == AF_INET ||
                                    at->ifa_addr->sa_family == AF_INET6);
}

static int read_interfaces(struct arena *arena, struct oval_system *out,
                           struct err *err)
{
    struct oval_interface *interfaces;
    struct ifaddrs *all = NULL;
    size_t count = 0;
    size_t n = 0;

    if (getifaddrs(&all) < 0)
        return err_errno(err, errno, "the network interfaces");
    for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next)
        count += has_address(at);
    interfaces = arena_alloc(arena, count, sizeof(*interfaces));
    for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next) {
        if (!has_address(at))
            continue;
        interfaces[n].name = arena_str(arena, str_c(at->ifa_name));
        interfaces[n].ip = text_of_address(at->ifa_addr, arena);
        interfaces[n].mac = mac_of(all, at->ifa_name, arena);
        n++;
    }
    freeifaddrs(all);
    out->interfaces = interfaces;
    out->interface_count = n;
    return 0;
}

int sysinfo_read(struct probe_machine *machine, struct oval_system *out,
                 struct err *err)
{
    struct oval_system info = { STR(""), STR(""), STR(""), STR(""), NULL, 0 };
    struct arena *arena = &machine->arena;
    struct utsname names;
    int rc;

    read_os_release(machine, &info);
    if (!machine->live) {
        read_root(machine, &info);
        *out = info;
        return 0;
    }
    if (uname(&names) < 0)
        return err_errno(err, errno, "uname");
    info.architecture = arena_str(arena, str_c(names.machine));
    info.primary_host_name = arena_str(arena, str_c(names.nodename));
    if (info.os_name.n == 0) {
        info.os_name = arena_str(arena, str_c(names.sysname));
        info.os_version = arena_str(arena, str_c(names.release));
    }
    rc = read_interfaces(arena, &info, err);
    if (rc < 0)
        return rc;
    *out = info;
    return 0;
}
