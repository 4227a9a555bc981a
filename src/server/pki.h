/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's own authority and certificate, files below DATA/keys:
 *   ca.key, ca.pem          the authority of devices, and of the server unless
 *                           it is given a certificate (tls.certificate)
 *   server.key, server.pem  the certificate of the ports
 *   devices.key, devices.pem  of the ports of network devices, when there are
 *                           any: a key of their own
 * Made when they are not there; server.pem again when it ends within 30 days
 * or the public names changed. Only the supervisor and who issues
 * certificates read the keys.
 */
#ifndef SERVER_PKI_H
#define SERVER_PKI_H

#include "server/config.h"

struct pki {
    struct buf certificate; /* of API and enrolment: PEM chain */
    struct buf key;
    struct buf authority;       /* PEM */
    struct buf own_certificate; /* of the agent port: by our authority */
    struct buf own_key;
    struct buf device_certificate; /* of the gate; empty while it is off */
    struct buf device_key;
};

int pki_load(struct config *config, int64_t now, struct pki *out,
             struct err *err) MUST_CHECK;
void pki_clear(struct pki *pki);

#endif
