/* SPDX-License-Identifier: Apache-2.0
 *
 * What network devices, sessions with them and their configurations say.
 */
#include "server/sentence_int.h"

/* clang-format off */
static const struct sentence rows[] = {
    { { "%d bits are too short for SSH version 2, which needs 768",
        "%d bits sont trop courts pour SSH version 2, qui en demande 768",
        "%d bits zijn te kort voor SSH versie 2, dat er 768 vereist" } },
    { { "%d session planned",
        "%d session planifiée",
        "%d sessie gepland" } },
    { { "%d sessions planned",
        "%d sessions planifiées",
        "%d sessies gepland" } },
    { { "%d.%d is older than what is known of the family %s (R-COM-7)",
        ("%d.%d est plus ancien que ce qui est connu de la famille %s "
        "(R-COM-7)"),
        "%d.%d is ouder dan wat bekend is van de familie %s (R-COM-7)" } },
    { { "%s %s is not approved yet (R-SSH-16)",
        "%s %s n’est pas encore approuvée (R-SSH-16)",
        "%s %s is nog niet goedgekeurd (R-SSH-16)" } },
    { { ("%s is %s, but %s is approved: somebody is in between, or the device "
        "has a new one that must be approved (R-SSH-16)"),
        ("%s est %s, mais %s est approuvée : quelqu’un s’interpose, ou "
        "l’équipement en a une nouvelle qui doit être approuvée "
        "(R-SSH-16)"),
        ("%s is %s, maar %s is goedgekeurd: iemand zit ertussen, of het "
        "apparaat heeft een nieuwe die moet worden goedgekeurd "
        "(R-SSH-16)") } },
    { { "%s is not allowed for %s; allowed: %s (%s)",
        "%s n’est pas permis pour %s ; permis : %s (%s)",
        "%s is niet toegestaan voor %s; toegestaan: %s (%s)" } },
    { { "%s waits to be approved",
        "%s attend d’être approuvée",
        "%s wacht op goedkeuring" } },
    { { "'%s' is no IPv4 address of a manager",
        "« %s » n’est pas une adresse IPv4 d’un gestionnaire",
        "'%s' is geen IPv4-adres van een beheerder" } },
    { { ("'%s' is no SSH profile: modern, legacy-1, legacy-2 or museum "
        "(R-SSH-15)"),
        ("« %s » n’est pas un profil SSH : modern, legacy-1, legacy-2 ou "
        "museum (R-SSH-15)"),
        ("'%s' is geen SSH-profiel: modern, legacy-1, legacy-2 of museum "
        "(R-SSH-15)") } },
    { { "'%s' is no TLS profile: modern, legacy-1 or legacy-2",
        "« %s » n’est pas un profil TLS : modern, legacy-1 ou legacy-2",
        "'%s' is geen TLS-profiel: modern, legacy-1 of legacy-2" } },
    { { ("'%s' is no transport; expected ssl, ssh, telnet, http, tms or "
        "netconf (R-COM-6)"),
        ("« %s » n’est pas un transport ; il faut ssl, ssh, telnet, http, tms "
        "ou netconf (R-COM-6)"),
        ("'%s' is geen transport; verwacht ssl, ssh, telnet, http, tms of "
        "netconf (R-COM-6)") } },
    { { ("'%s' is no version; expected one such as 12.2(25)SEE2, 9.12(4) or "
        "17.9.4"),
        ("« %s » n’est pas une version ; il faut une forme comme "
        "12.2(25)SEE2, 9.12(4) ou 17.9.4"),
        ("'%s' is geen versie; verwacht er een zoals 12.2(25)SEE2, 9.12(4) of "
        "17.9.4") } },
    { { ("'aaa authentication http console' is missing: HTTPS takes an empty "
        "user and the enable password"),
        ("« aaa authentication http console » manque : HTTPS accepte un "
        "utilisateur vide et le mot de passe enable"),
        ("'aaa authentication http console' ontbreekt: HTTPS aanvaardt een "
        "lege gebruiker en het enable-wachtwoord") } },
    { { ("'auto-update device-id' is missing: the server knows a device by "
        "it"),
        ("« auto-update device-id » manque : c’est par lui que le serveur "
        "reconnaît un équipement"),
        ("'auto-update device-id' ontbreekt: daaraan kent de server een "
        "apparaat") } },
    { { "'cns password' is missing: the gateway asks for it",
        "« cns password » manque : la passerelle le demande",
        "'cns password' ontbreekt: de gateway vraagt erom" } },
    { { ("'cns trusted-server all-agents' is missing: the agents refuse the "
        "server"),
        ("« cns trusted-server all-agents » manque : les agents refusent le "
        "serveur"),
        ("'cns trusted-server all-agents' ontbreekt: de agents weigeren de "
        "server") } },
    { { ("'http server enable' is missing: the device does not answer on "
        "HTTPS"),
        ("« http server enable » manque : l’équipement ne répond pas en "
        "HTTPS"),
        ("'http server enable' ontbreekt: het apparaat antwoordt niet via "
        "HTTPS") } },
    { { "'http' needs address, netmask and interface",
        "« http » demande une adresse, un masque et une interface",
        "'http' vereist adres, netmasker en interface" } },
    { { ("'ip http authentication' is missing: HTTPS takes an empty user and "
        "the enable password"),
        ("« ip http authentication » manque : HTTPS accepte un utilisateur "
        "vide et le mot de passe enable"),
        ("'ip http authentication' ontbreekt: HTTPS aanvaardt een lege "
        "gebruiker en het enable-wachtwoord") } },
    { { ("'transport input ssh' leaves nothing but SSH, and this session is "
        "not over SSH: it could lock everybody out (R-SSH-14)"),
        ("« transport input ssh » ne laisse que SSH, et cette session ne "
        "passe pas par SSH : cela pourrait enfermer tout le monde dehors "
        "(R-SSH-14)"),
        ("'transport input ssh' laat alleen SSH over, en deze sessie gaat "
        "niet via SSH: dat kan iedereen buitensluiten (R-SSH-14)") } },
    { { ("HTTPS needs level 15: user '%s' has %d, and no user of this device "
        "has 15"),
        ("HTTPS demande le niveau 15 : l’utilisateur « %s » a %d, et aucun "
        "utilisateur de cet équipement n’a 15"),
        ("HTTPS vereist niveau 15: gebruiker '%s' heeft %d, en geen gebruiker "
        "van dit apparaat heeft 15") } },
    { { "SSH is missing: no vty line takes it ('transport input ssh')",
        ("SSH manque : aucune ligne vty ne l’accepte (« transport input ssh "
        "»)"),
        ("SSH ontbreekt: geen vty-lijn aanvaardt het ('transport input "
        "ssh')") } },
    { { "SSH is missing: without 'ip domain-name' there is no key for it",
        ("SSH manque : sans « ip domain-name », il n’y a pas de clé pour "
        "lui"),
        "SSH ontbreekt: zonder 'ip domain-name' is er geen sleutel voor" } },
    { { "TLS is off: the sensor cannot be managed over SSL",
        "TLS est désactivé : le capteur ne peut pas être géré par SSL",
        "TLS staat uit: de sensor kan niet via SSL worden beheerd" } },
    { { "Telnet is enabled; it is off by default and not used",
        ("Telnet est activé ; il est désactivé par défaut et n’est pas "
        "utilisé"),
        ("Telnet staat aan; het staat standaard uit en wordt niet "
        "gebruikt") } },
    { { "a %s goes back by itself after at most %d seconds",
        ("un équipement %s revient de lui-même en arrière après au plus %d "
        "secondes"),
        "een %s gaat na hoogstens %d seconden vanzelf terug" } },
    { { "a NETCONF device is changed by XML, the content of <config>",
        ("un équipement NETCONF se modifie par du XML, le contenu de "
        "<config>"),
        ("een NETCONF-apparaat wordt gewijzigd met XML, de inhoud van "
        "<config>") } },
    { { "a line of a banner is only '%s', as a device asks at login",
        ("une ligne d’une bannière est seulement « %s », comme un équipement "
        "le demande à la connexion"),
        ("een regel van een banner is alleen '%s', zoals een apparaat bij het "
        "aanmelden vraagt") } },
    { { "a person stopped it",
        "une personne l’a arrêtée",
        "iemand heeft het gestopt" } },
    { { "a sensor is not configured line by line",
        "un capteur ne se configure pas ligne par ligne",
        "een sensor wordt niet regel voor regel geconfigureerd" } },
    { { ("activation keys are not entered from here: use ASDM, Configuration "
        "> Device Management > Licensing > Activation Key"),
        ("les clés d’activation ne se saisissent pas d’ici : utilisez ASDM, "
        "Configuration > Device Management > Licensing > Activation Key"),
        ("activeringssleutels worden niet vanaf hier ingevoerd: gebruik ASDM, "
        "Configuration > Device Management > Licensing > Activation Key") } },
    { { "cancelled before it began",
        "annulé avant de commencer",
        "geannuleerd voor het begon" } },
    { { "cancelled by a person",
        "annulé par une personne",
        "door iemand geannuleerd" } },
    { { "changes how people log in",
        "change la façon de se connecter",
        "wijzigt hoe mensen zich aanmelden" } },
    { { "changes whom its HTTPS server lets in",
        "change qui son serveur HTTPS laisse entrer",
        "wijzigt wie zijn HTTPS-server toelaat" } },
    { { "deletes the keys of SSH and HTTPS",
        "supprime les clés de SSH et de HTTPS",
        "verwijdert de sleutels van SSH en HTTPS" } },
    { { "filters who logs in",
        "filtre qui se connecte",
        "filtert wie zich aanmeldt" } },
    { { "has expired",
        "a expiré",
        "is verlopen" } },
    { { "has no line",
        "n’a pas de ligne",
        "heeft geen regel" } },
    { { ("insecure transport: %s sends passwords and configurations in clear "
        "text"),
        ("transport non sûr : %s envoie les mots de passe et les "
        "configurations en clair"),
        ("onveilig transport: %s verstuurt wachtwoorden en configuraties "
        "onversleuteld") } },
    { { "is not active",
        "n’est pas active",
        "niet actief is" } },
    { { "it did not end within %d seconds",
        "cela ne s’est pas terminé en %d secondes",
        "het eindigde niet binnen %d seconden" } },
    { { "it is as it should be already",
        "c’est déjà comme il se doit",
        "het is al zoals het moet zijn" } },
    { { ("it was added as %s (%s) and shows itself as %s (%s): it is managed "
        "as the first"),
        ("il a été ajouté comme %s (%s) et se présente comme %s (%s) : il est "
        "géré comme le premier"),
        ("het is toegevoegd als %s (%s) en toont zich als %s (%s): het wordt "
        "beheerd als het eerste") } },
    { { "it was never reached: test the connection",
        "il n’a jamais été joint : testez la connexion",
        "het is nooit bereikt: test de verbinding" } },
    { { "it was not done within %d s",
        "ce n’était pas fini en %d s",
        "het was niet binnen %d s klaar" } },
    { { ("its HTTPS server is not enabled ('ip http secure-server'), says "
        "`show ip http server secure status`"),
        ("son serveur HTTPS n’est pas activé (« ip http secure-server »), dit "
        "`show ip http server secure status`"),
        ("zijn HTTPS-server staat niet aan ('ip http secure-server'), zegt "
        "`show ip http server secure status`") } },
    { { "its newest configuration, %w",
        "sa configuration la plus récente, %w",
        "de nieuwste configuratie, %w" } },
    { { "line %d holds a control character",
        "la ligne %d contient un caractère de commande",
        "regel %d bevat een stuurteken" } },
    { { ("line %d, '%s', %w: it could cut the manager off, and nobody allowed "
        "that (R-DEP-5)"),
        ("la ligne %d, « %s », %w : cela pourrait couper l’accès de gestion, "
        "et personne ne l’a permis (R-DEP-5)"),
        ("regel %d, '%s', %w: dat kan het beheer afsnijden, en niemand heeft "
        "dat toegestaan (R-DEP-5)") } },
    { { "line %d: %w (%n)",
        "ligne %d : %w (%n)",
        "regel %d: %w (%n)" } },
    { { ("line %d: '%s' leaves or enters configuration mode, which is done "
        "around the lines"),
        ("ligne %d : « %s » quitte ou ouvre le mode configuration, ce qui se "
        "fait autour des lignes"),
        ("regel %d: '%s' verlaat of opent de configuratiemodus, wat om de "
        "regels heen gebeurt") } },
    { { "line %d: a change has at most %d lines of at most %d bytes",
        ("ligne %d : une modification a au plus %d lignes d’au plus %d "
        "octets"),
        ("regel %d: een wijziging heeft hoogstens %d regels van hoogstens %d "
        "bytes") } },
    { { "missed: the server was off",
        "manqué : le serveur était éteint",
        "gemist: de server was uit" } },
    { { "no new contact came about",
        "aucun nouveau contact n’a pu s’établir",
        "er is geen nieuw contact tot stand gekomen" } },
    { { "no way is known by which a %s goes back by itself",
        ("aucun moyen n’est connu par lequel un équipement %s revient de "
        "lui-même en arrière"),
        "er is geen manier bekend waarop een %s vanzelf teruggaat" } },
    { { ("nobody accepted the agreement of the licence %s yet: do so on the "
        "device first (`holdfast help device prepare`, \"licence\")"),
        ("personne n’a encore accepté le contrat de la licence %s : faites-le "
        "d’abord sur l’équipement (`holdfast help device prepare`, « licence "
        "»)"),
        ("niemand heeft de overeenkomst van de licentie %s al aanvaard: doe "
        "dat eerst op het apparaat (`holdfast help device prepare`, "
        "\"licence\")") } },
    { { "nobody knows the family '%s'",
        "personne ne connaît la famille « %s »",
        "niemand kent de familie '%s'" } },
    { { "not given",
        "non indiqué",
        "niet opgegeven" } },
    { { ("not ready: SSH needed; interactive commands of a deployment go over "
        "SSH, and none was seen on this device yet"),
        ("pas prêt : SSH est nécessaire ; les commandes interactives d’un "
        "déploiement passent par SSH, et il n’a pas encore été vu sur cet "
        "équipement"),
        ("niet gereed: SSH nodig; interactieve opdrachten van een uitrol gaan "
        "via SSH, en dat is op dit apparaat nog niet gezien") } },
    { { ("not ready: SSH needed; the newest session that tried it failed: "
        "%w"),
        ("pas prêt : SSH est nécessaire ; la dernière session qui l’a essayé "
        "a échoué : %w"),
        ("niet gereed: SSH nodig; de nieuwste sessie die het probeerde is "
        "mislukt: %w") } },
    { { "nothing came for %d seconds",
        "rien n’est venu pendant %d secondes",
        "er kwam %d seconden lang niets" } },
    { { "only SSH version 1 is spoken; use 'ip ssh version 2'",
        ("seule la version 1 de SSH est parlée ; utilisez « ip ssh version 2 "
        "»"),
        ("er wordt alleen SSH versie 1 gesproken; gebruik 'ip ssh version "
        "2'") } },
    { { "outdated algorithms are allowed (%s)",
        "des algorithmes dépassés sont permis (%s)",
        "verouderde algoritmen zijn toegestaan (%s)" } },
    { { "paused by a person",
        "mis en pause par une personne",
        "door iemand gepauzeerd" } },
    { { "removes or sets anew the user who logs in",
        "supprime ou redéfinit l’utilisateur qui se connecte",
        ("verwijdert de gebruiker die zich aanmeldt, of stelt die opnieuw "
        "in") } },
    { { "removes the interface that it is reached by",
        "supprime l’interface par laquelle il est joint",
        "verwijdert de interface waarover het bereikt wordt" } },
    { { "sets anew what the privileged level asks for",
        "redéfinit ce que demande le niveau privilégié",
        "stelt opnieuw in wat het bevoorrechte niveau vraagt" } },
    { { ("shuts the HTTPS server that it is reached by, or whom it lets "
        "in"),
        ("ferme le serveur HTTPS par lequel il est joint, ou change qui il "
        "laisse entrer"),
        ("sluit de HTTPS-server waarover het bereikt wordt, of wie die "
        "toelaat") } },
    { { "shuts the interface that it is reached by",
        "ferme l’interface par laquelle il est joint",
        "sluit de interface waarover het bereikt wordt" } },
    { { "shuts the lines that it logs in at",
        "ferme les lignes par lesquelles on s’y connecte",
        "sluit de lijnen waarop men zich aanmeldt" } },
    { { "shuts the server that it is reached by",
        "ferme le serveur par lequel il est joint",
        "sluit de server waarover het bereikt wordt" } },
    { { "step '%s' was not done in time",
        "l’étape « %s » n’était pas finie à temps",
        "stap '%s' was niet op tijd klaar" } },
    { { "takes the address that it is reached by",
        "retire l’adresse par laquelle il est joint",
        "neemt het adres weg waarop het bereikt wordt" } },
    { { ("the 3DES/AES licence is missing (VPN-3DES-AES: see `show version`), "
        "so no TLS connection comes about"),
        ("la licence 3DES/AES manque (VPN-3DES-AES : voir `show version`), si "
        "bien qu’aucune connexion TLS ne s’établit"),
        ("de 3DES/AES-licentie ontbreekt (VPN-3DES-AES: zie `show version`), "
        "dus er komt geen TLS-verbinding tot stand") } },
    { { "the URL has a blank in it, and ends there",
        "l’URL contient une espace, et s’y arrête",
        "de URL bevat een spatie, en houdt daar op" } },
    { { "the URL of the server does not begin with https://",
        "l’URL du serveur ne commence pas par https://",
        "de URL van de server begint niet met https://" } },
    { { "the access list is empty: it must contain the manager",
        "la liste d’accès est vide : elle doit contenir le gestionnaire",
        "de toegangslijst is leeg: de beheerder moet erin staan" } },
    { { "the banner has no end: '%s' does not come again",
        "la bannière n’a pas de fin : « %s » ne revient pas",
        "de banner heeft geen einde: '%s' komt niet terug" } },
    { { "the change holds, but is not saved: %w",
        "la modification tient, mais n’est pas enregistrée : %w",
        "de wijziging houdt stand, maar is niet opgeslagen: %w" } },
    { { "the contact ended: %w",
        "le contact s’est interrompu : %w",
        "het contact is verbroken: %w" } },
    { { "the credential is refused; the one before it is tried",
        "l’identifiant est refusé ; le précédent est essayé",
        "het inloggegeven is geweigerd; het vorige wordt geprobeerd" } },
    { { "the credential was refused, the one before it was taken",
        "l’identifiant a été refusé, le précédent a été accepté",
        "het inloggegeven is geweigerd, het vorige is aanvaard" } },
    { { "the device cannot be reached any more",
        "l’équipement n’est plus joignable",
        "het apparaat is niet meer bereikbaar" } },
    { { "the device ended the connection",
        "l’équipement a mis fin à la connexion",
        "het apparaat heeft de verbinding verbroken" } },
    { { "the device is as it was: it went back by itself",
        ("l’équipement est comme avant : il est revenu de lui-même en "
        "arrière"),
        "het apparaat is zoals het was: het is vanzelf teruggegaan" } },
    { { "the device refused user '%s' and what proves it",
        "l’équipement a refusé l’utilisateur « %s » et ce qui le prouve",
        "het apparaat heeft gebruiker '%s' en het bewijs ervan geweigerd" } },
    { { ("the device speaks SSH 1 only ('%s'), which is not safe: enter 'ip "
        "ssh version 2' on it, or give it newer software (R-SSH-3)"),
        ("l’équipement ne parle que SSH 1 (« %s »), qui n’est pas sûr : "
        "saisissez-y « ip ssh version 2 », ou donnez-lui un logiciel plus "
        "récent (R-SSH-3)"),
        ("het apparaat spreekt alleen SSH 1 ('%s'), wat niet veilig is: voer "
        "er 'ip ssh version 2' in, of geef het nieuwere software "
        "(R-SSH-3)") } },
    { { ("the lines take the last default route away: it could cut the "
        "manager off, and nobody allowed that (R-DEP-5)"),
        ("les lignes retirent la dernière route par défaut : cela pourrait "
        "couper l’accès de gestion, et personne ne l’a permis (R-DEP-5)"),
        ("de regels nemen de laatste standaardroute weg: dat kan het beheer "
        "afsnijden, en niemand heeft dat toegestaan (R-DEP-5)") } },
    { { "the name '%s' cannot be looked up",
        "le nom « %s » ne peut pas être résolu",
        "de naam '%s' kan niet worden opgezocht" } },
    { { "the name '%s' is not known: %s",
        "le nom « %s » est inconnu : %s",
        "de naam '%s' is onbekend: %s" } },
    { { "the password of user '%s' stands here in clear; use 'secret'",
        ("le mot de passe de l’utilisateur « %s » est ici en clair ; utilisez "
        "« secret »"),
        ("het wachtwoord van gebruiker '%s' staat hier onversleuteld; gebruik "
        "'secret'") } },
    { { "the privileged level was not reached",
        "le niveau privilégié n’a pas été atteint",
        "het bevoorrechte niveau is niet bereikt" } },
    { { "the process that talks to devices ended",
        "le processus qui parle aux équipements s’est arrêté",
        "het proces dat met apparaten praat is gestopt" } },
    { { "the prompt '%s' does not end in '>' or '#'",
        "l’invite « %s » ne se termine pas par « > » ou « # »",
        "de prompt '%s' eindigt niet op '>' of '#'" } },
    { { "the server %s is not among the trusted ones",
        "le serveur %s n’est pas parmi ceux de confiance",
        "de server %s hoort niet bij de vertrouwde" } },
    { { "the server ended",
        "le serveur s’est arrêté",
        "de server is gestopt" } },
    { { ("the server is asked over HTTP: user and password go over the "
        "network in clear text; use https"),
        ("le serveur est interrogé en HTTP : l’utilisateur et le mot de passe "
        "passent en clair sur le réseau ; utilisez https"),
        ("de server wordt via HTTP gevraagd: gebruiker en wachtwoord gaan "
        "onversleuteld over het netwerk; gebruik https") } },
    { { ("the session was lost half-way; the configuration is as it was "
        "before"),
        ("la session a été perdue en chemin ; la configuration est comme "
        "avant"),
        ("de sessie is halverwege verloren gegaan; de configuratie is zoals "
        "daarvoor") } },
    { { ("the transport of its type is not for version %s: it is reached by "
        "%s"),
        ("le transport de son type n’est pas pour la version %s : il est "
        "joint par %s"),
        ("het transport van zijn type is niet voor versie %s: het wordt "
        "bereikt via %s") } },
    { { "the vault did not answer in time",
        "le coffre n’a pas répondu à temps",
        "de kluis antwoordde niet op tijd" } },
    { { "the vault has no secret under that name",
        "le coffre n’a pas de secret de ce nom",
        "de kluis heeft geen geheim met die naam" } },
    { { "the vault's answer cannot be read",
        "la réponse du coffre est illisible",
        "het antwoord van de kluis is niet leesbaar" } },
    { { "the vault's answer is no JSON",
        "la réponse du coffre n’est pas du JSON",
        "het antwoord van de kluis is geen JSON" } },
    { { "the vault's answer is too long",
        "la réponse du coffre est trop longue",
        "het antwoord van de kluis is te lang" } },
    { { ("the vty lines ask for a line password only; SSH needs users ('login "
        "local' or 'aaa new-model')"),
        ("les lignes vty ne demandent qu’un mot de passe de ligne ; SSH "
        "demande des utilisateurs (« login local » ou « aaa new-model »)"),
        ("de vty-lijnen vragen alleen een lijnwachtwoord; SSH vereist "
        "gebruikers ('login local' of 'aaa new-model')") } },
    { { ("this device's licence does not support failover "
        "(license_supports_failover)"),
        ("la licence de cet équipement ne permet pas le basculement "
        "(license_supports_failover)"),
        ("de licentie van dit apparaat ondersteunt geen failover "
        "(license_supports_failover)") } },
    { { "this needs the licence %s, which %w: the device may refuse it",
        ("ceci demande la licence %s, qui %w : l’équipement peut le "
        "refuser"),
        ("hiervoor is de licentie %s nodig, die %w: het apparaat kan het "
        "weigeren") } },
    { { ("tms is for the routers 871, 1800, 2800 and 3800 only, and the model "
        "of this %s is %s (R-TMS-4)"),
        ("tms est seulement pour les routeurs 871, 1800, 2800 et 3800, et le "
        "modèle de cet équipement %s est %s (R-TMS-4)"),
        ("tms is alleen voor de routers 871, 1800, 2800 en 3800, en het model "
        "van deze %s is %s (R-TMS-4)") } },
    { { "tms needs 12.3(14)T or later on a router (R-TMS-4)",
        "tms demande 12.3(14)T ou plus récent sur un routeur (R-TMS-4)",
        "tms vereist 12.3(14)T of nieuwer op een router (R-TMS-4)" } },
    { { "warning: %w",
        "avertissement : %w",
        "waarschuwing: %w" } },
    { { ("what 'transport input' leaves is nothing but SSH, and no login over "
        "SSH has just succeeded: it could lock everybody out (R-SSH-14)"),
        ("« transport input » ne laisse que SSH, et aucune connexion SSH ne "
        "vient de réussir : cela pourrait enfermer tout le monde dehors "
        "(R-SSH-14)"),
        ("'transport input' laat alleen SSH over, en er is niet net een "
        "aanmelding via SSH gelukt: dat kan iedereen buitensluiten "
        "(R-SSH-14)") } },
};
/* clang-format on */
const struct sentence_table sentences_device = { rows, COUNT(rows) };
