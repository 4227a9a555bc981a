/* SPDX-License-Identifier: Apache-2.0
 *
 * What the settings are for (fleet/setting.c).
 */
#include "server/sentence_int.h"

/* clang-format off */
static const struct sentence rows[] = {
    { { ("Accept log-ins that began at the provider: who can make a browser "
        "follow a link can then log it in to an account of theirs"),
        ("Accepter les connexions commencées chez le fournisseur : qui peut "
        "faire suivre un lien à un navigateur peut alors le connecter à un "
        "compte à lui"),
        ("Aanmeldingen aanvaarden die bij de aanbieder begonnen: wie een "
        "browser een koppeling kan laten volgen, kan die dan bij een eigen "
        "account aanmelden") } },
    { { "Accept signatures with SHA-1, which can be forged",
        "Accepter les signatures SHA-1, qui peuvent être falsifiées",
        "Handtekeningen met SHA-1 aanvaarden, die te vervalsen zijn" } },
    { { "Account that searches the directory; empty: anonymous",
        "Compte qui cherche dans l’annuaire ; vide : anonyme",
        "Account dat in de directory zoekt; leeg: anoniem" } },
    { { "Attribute of an account that names its groups; empty: none",
        "Attribut d’un compte qui nomme ses groupes ; vide : aucun",
        "Attribuut van een account dat de groepen noemt; leeg: geen" } },
    { { "Attribute that stays the same for a person; empty: the NameID",
        "Attribut qui reste le même pour une personne ; vide : le NameID",
        "Attribuut dat voor een persoon gelijk blijft; leeg: de NameID" } },
    { { "Attribute with the e-mail address",
        "Attribut qui contient l’adresse électronique",
        "Attribuut met het e-mailadres" } },
    { { "Attribute with the login; without it the NameID",
        "Attribut qui contient le nom de connexion ; à défaut, le NameID",
        "Attribuut met de aanmeldnaam; ontbreekt het, dan de NameID" } },
    { { "Attribute with the names of the person's groups",
        "Attribut qui contient les noms des groupes de la personne",
        "Attribuut met de namen van de groepen van de persoon" } },
    { { "Attribute with the person's name",
        "Attribut qui contient le nom de la personne",
        "Attribuut met de naam van de persoon" } },
    { { "Certificate (PEM) of saml.key, for our metadata",
        "Certificat (PEM) de saml.key, pour nos métadonnées",
        "Certificaat (PEM) van saml.key, voor onze metadata" } },
    { { ("Certificates (PEM) that receivers of webhooks are checked by; "
        "empty: the machine's own"),
        ("Certificats (PEM) qui servent à vérifier les destinataires des "
        "webhooks ; vide : ceux de la machine"),
        ("Certificaten (PEM) waarmee ontvangers van webhooks worden "
        "gecontroleerd; leeg: die van de machine") } },
    { { ("Certificates (PEM) that the directory is checked by; empty: the "
        "machine's own"),
        ("Certificats (PEM) qui servent à vérifier l’annuaire ; vide : ceux "
        "de la machine"),
        ("Certificaten (PEM) waarmee de directory wordt gecontroleerd; leeg: "
        "die van de machine") } },
    { { ("Certificates (PEM) that the provider is checked by; empty: the "
        "machine's own"),
        ("Certificats (PEM) qui servent à vérifier le fournisseur ; vide : "
        "ceux de la machine"),
        ("Certificaten (PEM) waarmee de aanbieder wordt gecontroleerd; leeg: "
        "die van de machine") } },
    { { "Claim with the login",
        "Champ (claim) qui contient le nom de connexion",
        "Claim met de aanmeldnaam" } },
    { { "Claim with the names of the person's groups",
        "Champ (claim) qui contient les noms des groupes de la personne",
        "Claim met de namen van de groepen van de persoon" } },
    { { "Days a device may lack Security Critical patches; 0: no limit",
        ("Jours pendant lesquels un appareil peut manquer de correctifs de "
        "sécurité critiques ; 0 : sans limite"),
        ("Dagen dat een apparaat kritieke beveiligingspatches mag missen; 0: "
        "geen limiet") } },
    { { "Days a device may lack Security Important patches; 0: no limit",
        ("Jours pendant lesquels un appareil peut manquer de correctifs de "
        "sécurité importants ; 0 : sans limite"),
        ("Dagen dat een apparaat belangrijke beveiligingspatches mag missen; "
        "0: geen limiet") } },
    { { "Days a device may lack Security Low patches; 0: no limit",
        ("Jours pendant lesquels un appareil peut manquer de correctifs de "
        "sécurité faibles ; 0 : sans limite"),
        ("Dagen dat een apparaat lage beveiligingspatches mag missen; 0: geen "
        "limiet") } },
    { { "Days a device may lack Security Moderate patches; 0: no limit",
        ("Jours pendant lesquels un appareil peut manquer de correctifs de "
        "sécurité modérés ; 0 : sans limite"),
        ("Dagen dat een apparaat gematigde beveiligingspatches mag missen; 0: "
        "geen limiet") } },
    { { "Days for an open rating of critical; the shorter limit counts",
        ("Jours pour une évaluation ouverte « critique » ; la limite la plus "
        "courte compte"),
        "Dagen voor een open beoordeling kritiek; de kortste limiet telt" } },
    { { "Days for an open rating of high; the shorter limit counts",
        ("Jours pour une évaluation ouverte « élevée » ; la limite la plus "
        "courte compte"),
        "Dagen voor een open beoordeling hoog; de kortste limiet telt" } },
    { { "Days for an open rating of info; the shorter limit counts",
        ("Jours pour une évaluation ouverte « information » ; la limite la "
        "plus courte compte"),
        "Dagen voor een open beoordeling info; de kortste limiet telt" } },
    { { "Days for an open rating of low; the shorter limit counts",
        ("Jours pour une évaluation ouverte « faible » ; la limite la plus "
        "courte compte"),
        "Dagen voor een open beoordeling laag; de kortste limiet telt" } },
    { { "Days for an open rating of medium; the shorter limit counts",
        ("Jours pour une évaluation ouverte « moyenne » ; la limite la plus "
        "courte compte"),
        ("Dagen voor een open beoordeling gemiddeld; de kortste limiet "
        "telt") } },
    { { "Days for security patches without a severity; 0: no limit",
        ("Jours pour les correctifs de sécurité sans gravité ; 0 : sans "
        "limite"),
        "Dagen voor beveiligingspatches zonder ernst; 0: geen limiet" } },
    { { "Days for which jobs that ended are kept",
        "Jours pendant lesquels les tâches terminées sont conservées",
        "Dagen dat afgelopen taken worden bewaard" } },
    { { ("Days for which runs that ended, and what became of each device, are "
        "kept"),
        ("Jours pendant lesquels les exécutions terminées, et le sort de "
        "chaque appareil, sont conservés"),
        ("Dagen dat afgelopen runs, en hoe het elk apparaat verging, worden "
        "bewaard") } },
    { { ("Days for which the findings of past runs are kept; the newest of a "
        "device always are"),
        ("Jours pendant lesquels les constats des exécutions passées sont "
        "conservés ; les plus récents d’un appareil le sont toujours"),
        ("Dagen dat de bevindingen van vroegere runs worden bewaard; de "
        "nieuwste van een apparaat blijven altijd") } },
    { { "Days for which the results of benchmarks are kept",
        ("Jours pendant lesquels les résultats des benchmarks sont "
        "conservés"),
        "Dagen dat de resultaten van benchmarks worden bewaard" } },
    { { ("Deployments to so many devices or more need a second person; 0: "
        "none"),
        ("Un déploiement vers ce nombre d’appareils ou plus demande une "
        "seconde personne ; 0 : jamais"),
        ("Een uitrol naar zoveel apparaten of meer vereist een tweede "
        "persoon; 0: nooit") } },
    { { "Finds the account: {login} stands for what was typed",
        "Trouve le compte : {login} représente ce qui a été saisi",
        "Vindt het account: {login} staat voor wat er is ingetypt" } },
    { { "Finds the groups of an account: {dn} and {login} stand for it",
        ("Trouve les groupes d’un compte : {dn} et {login} le "
        "représentent"),
        "Vindt de groepen van een account: {dn} en {login} staan ervoor" } },
    { { ("From when days count: first seen missing on the device, or "
        "released"),
        ("Début du compte des jours : première absence constatée sur "
        "l’appareil, ou publication"),
        ("Vanaf wanneer dagen tellen: voor het eerst gemist op het apparaat, "
        "of uitgebracht") } },
    { { "How browsers reach this server: https://host[:port]",
        ("Comment les navigateurs atteignent ce serveur : "
        "https://hôte[:port]"),
        "Hoe browsers deze server bereiken: https://host[:poort]" } },
    { { "IANA time zone",
        "fuseau horaire IANA",
        "IANA-tijdzone" } },
    { { "Its password",
        "Son mot de passe",
        "Het wachtwoord ervan" } },
    { { "Local users need a second factor for everything but making one",
        ("Les utilisateurs locaux ont besoin d’un second facteur pour tout, "
        "sauf pour en créer un"),
        ("Lokale gebruikers hebben voor alles een tweede factor nodig, "
        "behalve om die aan te maken") } },
    { { "Log in through a SAML 2.0 identity provider",
        "Se connecter par un fournisseur d’identité SAML 2.0",
        "Aanmelden via een SAML 2.0-identiteitsaanbieder" } },
    { { "Log in through an OpenID Connect provider",
        "Se connecter par un fournisseur OpenID Connect",
        "Aanmelden via een OpenID Connect-aanbieder" } },
    { { "Log in with accounts of the directory",
        "Se connecter avec les comptes de l’annuaire",
        "Aanmelden met accounts van de directory" } },
    { { "Longest life of an API token, in seconds",
        "Durée la plus longue d’un jeton d’API, en secondes",
        "Langste levensduur van een API-token, in seconden" } },
    { { ("Private key (PEM) that signs our requests; empty: they are not "
        "signed"),
        ("Clé privée (PEM) qui signe nos demandes ; vide : elles ne sont pas "
        "signées"),
        ("Privésleutel (PEM) die onze verzoeken ondertekent; leeg: ze worden "
        "niet ondertekend") } },
    { { "Scopes asked for",
        "Scopes demandés",
        "Gevraagde scopes" } },
    { { "Seconds after which a session ends in any case",
        ("Secondes après lesquelles une session prend fin dans tous les "
        "cas"),
        "Seconden waarna een sessie in elk geval eindigt" } },
    { { "Seconds without a request after which a session ends",
        "Secondes sans demande après lesquelles une session prend fin",
        "Seconden zonder verzoek waarna een sessie eindigt" } },
    { { "Sessions of one user at a time; the oldest goes",
        ("Sessions d’un utilisateur en même temps ; la plus ancienne "
        "disparaît"),
        "Gelijktijdige sessies van één gebruiker; de oudste vervalt" } },
    { { "Shortest password, in bytes",
        "Mot de passe le plus court, en octets",
        "Kortste wachtwoord, in bytes" } },
    { { "So many days before its end a limit is near",
        ("Une échéance est proche à partir de ce nombre de jours avant sa "
        "fin"),
        "Zoveel dagen voor het einde is een limiet dichtbij" } },
    { { ("The IPv4 address that network devices see this server come from: "
        "plans and configurations are looked at for whether they let it "
        "in"),
        ("L’adresse IPv4 sous laquelle les équipements réseau voient ce "
        "serveur : les modifications et les configurations sont vérifiées "
        "pour savoir si elles le laissent entrer"),
        ("Het IPv4-adres waarmee netwerkapparaten deze server zien: bij "
        "wijzigingen en configuraties wordt nagegaan of ze hem toelaten") } },
    { { "The provider's issuer, https://...",
        "L’émetteur (issuer) du fournisseur, https://...",
        "De issuer van de aanbieder, https://..." } },
    { { "The provider's metadata (XML): its name, URL and certificates",
        ("Les métadonnées (XML) du fournisseur : son nom, son URL et ses "
        "certificats"),
        "De metadata (XML) van de aanbieder: naam, URL en certificaten" } },
    { { "The secret shared with the provider; empty: a public client",
        "Le secret partagé avec le fournisseur ; vide : un client public",
        ("Het geheim dat met de aanbieder wordt gedeeld; leeg: een openbare "
        "client") } },
    { { "What the provider calls this server",
        "Le nom que le fournisseur donne à ce serveur",
        "Hoe de aanbieder deze server noemt" } },
    { { ("What the provider calls this server; empty: the URL of our "
        "metadata"),
        ("Le nom que le fournisseur donne à ce serveur ; vide : l’URL de nos "
        "métadonnées"),
        ("Hoe de aanbieder deze server noemt; leeg: de URL van onze "
        "metadata") } },
    { { "Where accounts are searched",
        "Où les comptes sont cherchés",
        "Waar accounts worden gezocht" } },
    { { "Where groups are searched; empty: they are not",
        "Où les groupes sont cherchés ; vide : ils ne le sont pas",
        "Waar groepen worden gezocht; leeg: dat gebeurt niet" } },
    { { "Who planned a change of a network device may approve it, too",
        ("Qui a préparé une modification d’un équipement réseau peut aussi "
        "l’approuver"),
        ("Wie een wijziging van een netwerkapparaat heeft gepland, mag die "
        "ook goedkeuren") } },
    { { "agent, agentless or network",
        "agent, agentless ou network",
        "agent, agentless of network" } },
    { { "any of its IP addresses",
        "l’une de ses adresses IP",
        "een van zijn IP-adressen" } },
    { { "any of its hardware addresses",
        "l’une de ses adresses matérielles",
        "een van zijn hardwareadressen" } },
    { { "any of its network interfaces",
        "l’une de ses interfaces réseau",
        "een van zijn netwerkinterfaces" } },
    { { "any user logged in at the last inventory",
        "un utilisateur connecté lors du dernier inventaire",
        "een gebruiker die bij de laatste inventaris was aangemeld" } },
    { { "architecture, such as x86_64",
        "architecture, comme x86_64",
        "architectuur, zoals x86_64" } },
    { { "code name, such as bookworm",
        "nom de code, comme bookworm",
        "codenaam, zoals bookworm" } },
    { { "disk space, MiB",
        "espace disque, en Mio",
        "schijfruimte, in MiB" } },
    { { "dpkg or rpm",
        "dpkg ou rpm",
        "dpkg of rpm" } },
    { { "edition or build, such as 12.4",
        "édition ou build, comme 12.4",
        "editie of build, zoals 12.4" } },
    { { "family, such as unix",
        "famille, comme unix",
        "familie, zoals unix" } },
    { { "full name of the operating system",
        "nom complet du système d’exploitation",
        "volledige naam van het besturingssysteem" } },
    { { "how many packages are installed",
        "nombre de paquets installés",
        "hoeveel pakketten er zijn geïnstalleerd" } },
    { { "inventory id",
        "numéro d’inventaire",
        "inventarisnummer" } },
    { { "kind of virtual machine",
        "type de machine virtuelle",
        "soort virtuele machine" } },
    { { "ldaps:// or StartTLS; off sends passwords in plain",
        "ldaps:// ou StartTLS ; off envoie les mots de passe en clair",
        "ldaps:// of StartTLS; off verstuurt wachtwoorden onversleuteld" } },
    { { "ldaps://host[:port] or ldap://host[:port]",
        "ldaps://hôte[:port] ou ldap://hôte[:port]",
        "ldaps://host[:poort] of ldap://host[:poort]" } },
    { { "maker of the machine",
        "constructeur de la machine",
        "maker van de machine" } },
    { { "memory, MiB",
        "mémoire, en Mio",
        "geheugen, in MiB" } },
    { { "model",
        "modèle",
        "model" } },
    { { "name of the device",
        "nom de l’appareil",
        "naam van het apparaat" } },
    { { "name the device gives itself",
        "nom que l’appareil se donne",
        "naam die het apparaat zichzelf geeft" } },
    { { "processor model",
        "modèle du processeur",
        "model van de processor" } },
    { { "processors",
        "processeurs",
        "processors" } },
    { { "product, such as debian",
        "produit, comme debian",
        "product, zoals debian" } },
    { { "release of the running kernel",
        "version du noyau en cours",
        "versie van de draaiende kernel" } },
    { { "serial number",
        "numéro de série",
        "serienummer" } },
    { { "short for hardware.memory_mb",
        "abréviation de hardware.memory_mb",
        "kort voor hardware.memory_mb" } },
    { { "users logged in at the last check-in",
        "utilisateurs connectés au dernier contact",
        "gebruikers die bij het laatste contact waren aangemeld" } },
    { { "version of the agent",
        "version de l’agent",
        "versie van de agent" } },
    { { "version, such as 12",
        "version, comme 12",
        "versie, zoals 12" } },
    { { "when its agent was heard last",
        "dernier signe de son agent",
        "wanneer de agent het laatst iets liet horen" } },
    { { "when its newest inventory was taken",
        "date de son dernier inventaire",
        "wanneer de nieuwste inventaris is gemaakt" } },
    { { "when the device was added",
        "date d’ajout de l’appareil",
        "wanneer het apparaat is toegevoegd" } },
    { { "when the device was started",
        "date de démarrage de l’appareil",
        "wanneer het apparaat is gestart" } },
};
/* clang-format on */
const struct sentence_table sentences_help = { rows, COUNT(rows) };
