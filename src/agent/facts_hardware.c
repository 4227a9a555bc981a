/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <sys/statvfs.h>

#include "agent/inventory.h"

enum {
    CPUINFO_MAX = 4 << 20,
    SECTORS_PER_MB = 2048,
    KB_PER_MB = 1024,
};

/* The value of "key : value" in the text of a file of /proc. */
static str value_of(str text, const char *key)
{
    while (text.n > 0) {
        str value = str_cut(&text, '\n');
        str name = str_cut(&value, ':');

        if (str_eq_c(str_trim(name), key))
            return str_trim(value);
    }
    return STR("");
}

static void read_cpu(struct inventory_sources *from, struct fact_hardware *out)
{
    AUTO(buf_clear) struct buf text = BUF(CPUINFO_MAX);
    str rest;

    if (probe_read(from->machine, "/proc/cpuinfo", &text, &from->err) < 0) {
        facts_problem(from, "/proc/cpuinfo");
        return;
    }
    out->cpu = facts_clean(from->arena, value_of(buf_str(&text), "model name"));
    for (rest = buf_str(&text); rest.n > 0;) {
        if (str_starts(str_cut(&rest, '\n'), STR("processor")))
            out->cpus++;
    }
    if (str_find(value_of(buf_str(&text), "flags"), STR(" hypervisor")) <
        value_of(buf_str(&text), "flags").n)
        out->virtualisation = STR("vm");
}

static void read_memory(struct inventory_sources *from,
                        struct fact_hardware *out)
{
    AUTO(buf_clear) struct buf text = BUF(CPUINFO_MAX);
    int64_t kb = 0;
    str value;

    if (probe_read(from->machine, "/proc/meminfo", &text, &from->err) < 0) {
        facts_problem(from, "/proc/meminfo");
        return;
    }
    value = value_of(buf_str(&text), "MemTotal");
    if (str_to_i64(str_cut(&value, ' '), 0, INT64_MAX, &kb, NULL) == 0)
        out->memory_mb = kb / KB_PER_MB;
}

/* The disks; where the kernel lists none (a container), what the root file
 * system can hold. */
static void read_disk(struct inventory_sources *from, struct fact_hardware *out)
{
    static const char *const others[] = { "loop", "ram", "zram", "sr",
                                          "fd",   "dm-", "md" };
    DIR *dir = opendir("/sys/block");
    const struct dirent *entry;
    struct statvfs st;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        AUTO(buf_clear) struct buf path = BUF(512);
        int64_t sectors = 0;
        bool other = entry->d_name[0] == '.';

        for (size_t i = 0; i < COUNT(others); i++)
            other |= strncmp(entry->d_name, others[i], strlen(others[i])) == 0;
        buf_printf(&path, "/sys/block/%s/size", entry->d_name);
        if (!other && str_to_i64(facts_line(from, buf_c(&path)), 0, INT64_MAX,
                                 &sectors, NULL) == 0)
            out->disk_mb += sectors / SECTORS_PER_MB;
    }
    if (dir != NULL)
        closedir(dir);
    if (out->disk_mb == 0 && statvfs("/", &st) == 0)
        out->disk_mb = (int64_t)(st.f_blocks * st.f_frsize >> 20);
}

static void read_virtualisation(struct inventory_sources *from,
                                struct fact_hardware *out)
{
    static const struct {
        const char *sign;
        const char *name;
    } signs[] = {
        { "KVM", "kvm" },
        { "QEMU", "qemu" },
        { "VMware", "vmware" },
        { "VirtualBox", "virtualbox" },
        { "Xen", "xen" },
        { "Microsoft Corporation Virtual", "hyper-v" },
        { "Google Compute", "google" },
        { "Amazon EC2", "amazon" },
        { "OpenStack", "openstack" },
    };
    str container = facts_line(from, "/run/systemd/container");
    str words = facts_clean(
        from->arena, arena_printf(from->arena, "%" PRIstr " %" PRIstr,
                                  ARGstr(out->vendor), ARGstr(out->model)));

    if (container.n > 0) {
        out->virtualisation = container;
        return;
    }
    for (size_t i = 0; i < COUNT(signs); i++) {
        if (str_find(words, str_c(signs[i].sign)) < words.n) {
            out->virtualisation = str_c(signs[i].name);
            return;
        }
    }
}

void facts_hardware(struct inventory_sources *from, struct inventory *out)
{
    struct fact_hardware *hardware = &out->hardware;

    if (!from->machine->live)
        return; /* a directory has none */
    hardware->vendor = facts_line(from, "/sys/class/dmi/id/sys_vendor");
    hardware->model = facts_line(from, "/sys/class/dmi/id/product_name");
    hardware->serial = facts_line(from, "/sys/class/dmi/id/product_serial");
    read_cpu(from, hardware);
    read_memory(from, hardware);
    read_disk(from, hardware);
    read_virtualisation(from, hardware);
}
