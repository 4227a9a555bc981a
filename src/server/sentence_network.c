/* SPDX-License-Identifier: Apache-2.0
 *
 * Network devices: what is refused of changes, deployments, images.
 */
#include "server/sentence_int.h"

/* clang-format off */
static const struct sentence rows[] = {
    { { "%d devices name it",
        "%d équipements le nomment",
        "%d apparaten noemen het" } },
    { { "%d devices use this server (R-INV-2)",
        "%d équipements utilisent ce serveur (R-INV-2)",
        "%d apparaten gebruiken deze server (R-INV-2)" } },
    { { "%d is not %d to %d",
        "%d n’est pas entre %d et %d",
        "%d ligt niet tussen %d en %d" } },
    { { ("%s sends passwords in clear text, and nobody allowed that for this "
        "device (R-COM-14)"),
        ("%s envoie les mots de passe en clair, et personne ne l’a permis "
        "pour cet équipement (R-COM-14)"),
        ("%s verstuurt wachtwoorden onversleuteld, en niemand heeft dat voor "
        "dit apparaat toegestaan (R-COM-14)") } },
    { { ("%s sends passwords in clear text: say so by allow_clear "
        "(R-COM-14)"),
        ("%s envoie les mots de passe en clair : confirmez-le par allow_clear "
        "(R-COM-14)"),
        ("%s verstuurt wachtwoorden onversleuteld: bevestig dat met "
        "allow_clear (R-COM-14)") } },
    { { "'%s' is no family",
        "« %s » n’est pas une famille",
        "'%s' is geen familie" } },
    { { "'%s' is no family; expected %s",
        "« %s » n’est pas une famille ; il faut %s",
        "'%s' is geen familie; verwacht %s" } },
    { { "0 to 35791 (R-AUS-6)",
        "de 0 à 35791 (R-AUS-6)",
        "0 tot 35791 (R-AUS-6)" } },
    { { "1 to %d hours",
        "de 1 à %d heures",
        "1 tot %d uur" } },
    { { "1 to 35791 (R-AUS-6)",
        "de 1 à 35791 (R-AUS-6)",
        "1 tot 35791 (R-AUS-6)" } },
    { { ("Auto Update is for PIX and ASA, a Configuration Engine for these "
        "and IOS routers (R-COM-10)"),
        ("Auto Update est pour PIX et ASA, un Configuration Engine pour "
        "ceux-ci et les routeurs IOS (R-COM-10)"),
        ("Auto Update is voor PIX en ASA, een Configuration Engine voor deze "
        "en IOS-routers (R-COM-10)") } },
    { { "a change is \"lines\" or \"restore\"",
        "une modification est \"lines\" ou \"restore\"",
        "een wijziging is \"lines\" of \"restore\"" } },
    { { ("a command begins with \"show \" and writes nothing; what changes a "
        "device is a change"),
        ("une commande commence par \"show \" et n’écrit rien ; ce qui change "
        "un équipement est une modification"),
        ("een opdracht begint met \"show \" en schrijft niets; wat een "
        "apparaat verandert is een wijziging") } },
    { { "a configuration has at most %d bytes",
        "une configuration compte au plus %d octets",
        "een configuratie heeft hoogstens %d bytes" } },
    { { ("a deployment needs a time; leave the schedule out to begin at "
        "once"),
        ("un déploiement a besoin d’une heure ; omettez la planification pour "
        "commencer tout de suite"),
        ("een uitrol heeft een tijdstip nodig; laat de planning weg om meteen "
        "te beginnen") } },
    { { "a file name of 1 to %d letters, digits, '.', '_', '-'",
        ("il faut un nom de fichier de 1 à %d lettres, chiffres, « . », « _ "
        "», « - »"),
        ("verwacht een bestandsnaam van 1 tot %d letters, cijfers, '.', '_', "
        "'-'") } },
    { { "a fingerprint is \"SHA256:...\", as ssh-keygen -l prints it",
        "une empreinte est \"SHA256:...\", comme l’affiche ssh-keygen -l",
        ("een vingerafdruk is \"SHA256:...\", zoals ssh-keygen -l die "
        "toont") } },
    { { "a name has 1 to 200 bytes",
        "un nom compte de 1 à 200 octets",
        "een naam heeft 1 tot 200 bytes" } },
    { { "a pattern is a text of 1 to 1000 bytes",
        "un motif est un texte de 1 à 1000 octets",
        "een patroon is een tekst van 1 tot 1000 bytes" } },
    { { "a second person must approve what you planned",
        "une seconde personne doit approuver ce que vous avez préparé",
        "een tweede persoon moet goedkeuren wat u hebt gepland" } },
    { { "a second person must approve what you staged",
        ("une seconde personne doit approuver ce que vous avez mis en "
        "attente"),
        "een tweede persoon moet goedkeuren wat u hebt klaargezet" } },
    { { "a server of another organisation serves some of these networks",
        ("un serveur d’une autre organisation sert une partie de ces "
        "réseaux"),
        ("een server van een andere organisatie bedient enkele van deze "
        "netwerken") } },
    { { "a title has at most %d bytes",
        "un titre compte au plus %d octets",
        "een titel heeft hoogstens %d bytes" } },
    { { "a version has at most %d bytes",
        "une version compte au plus %d octets",
        "een versie heeft hoogstens %d bytes" } },
    { { "action must be discover or archive",
        "action doit être discover ou archive",
        "action moet discover of archive zijn" } },
    { { "an address or a name, without blanks and port",
        "il faut une adresse ou un nom, sans espaces ni port",
        "verwacht een adres of een naam, zonder spaties en poort" } },
    { { "an entry's name does not begin with '-'",
        "le nom d’une entrée ne commence pas par « - »",
        "de naam van een item begint niet met '-'" } },
    { { "an image has at most %d bytes",
        "une image compte au plus %d octets",
        "een image heeft hoogstens %d bytes" } },
    { { "an image of this name, or this very file, is there",
        "une image de ce nom, ou ce fichier même, est déjà là",
        "een image met deze naam, of precies dit bestand, is er al" } },
    { { "another device fetches as '%s' (R-AUS-7)",
        "un autre équipement se présente comme « %s » (R-AUS-7)",
        "een ander apparaat haalt op als '%s' (R-AUS-7)" } },
    { { "another device has it (R-CNE-8)",
        "un autre équipement l’a déjà (R-CNE-8)",
        "een ander apparaat heeft het al (R-CNE-8)" } },
    { { "another server has this name",
        "un autre serveur porte ce nom",
        "een andere server heeft deze naam" } },
    { { "at most %d devices at once",
        "au plus %d équipements à la fois",
        "hoogstens %d apparaten tegelijk" } },
    { { "at most 32 patterns",
        "au plus 32 motifs",
        "hoogstens 32 patronen" } },
    { { "change %d is not in a state for that",
        "la modification %d n’est pas dans un état qui le permet",
        "wijziging %d is niet in een toestand waarin dat kan" } },
    { { "commands have at most %d bytes",
        "les commandes comptent au plus %d octets",
        "opdrachten hebben hoogstens %d bytes" } },
    { { "device %d is no network device",
        "l’appareil %d n’est pas un équipement réseau",
        "apparaat %d is geen netwerkapparaat" } },
    { { ("devices call by NETCONF only (RFC 8071), and its transport is "
        "%s"),
        ("les équipements n’appellent que par NETCONF (RFC 8071), et son "
        "transport est %s"),
        ("apparaten bellen alleen via NETCONF (RFC 8071), en het transport "
        "van dit apparaat is %s") } },
    { { ("devices do not log in to this kind of server: say from which "
        "networks it serves them"),
        ("les équipements ne se connectent pas à ce type de serveur avec un "
        "compte : dites quels réseaux il sert"),
        ("apparaten melden zich bij dit soort server niet aan: zeg welke "
        "netwerken hij bedient") } },
    { { "expected 1 to 65535",
        "il faut de 1 à 65535",
        "verwacht 1 tot 65535" } },
    { { ("expected the IPv4 address or the name that devices know this server "
        "by"),
        ("il faut l’adresse IPv4 ou le nom sous lequel les équipements "
        "connaissent ce serveur"),
        ("verwacht het IPv4-adres of de naam waaronder apparaten deze server "
        "kennen") } },
    { { ("first let the device fetch a configuration with the new server's "
        "address from the old one (R-AUS-11)"),
        ("laissez d’abord l’équipement chercher chez l’ancien serveur une "
        "configuration avec l’adresse du nouveau (R-AUS-11)"),
        ("laat het apparaat eerst bij de oude server een configuratie met het "
        "adres van de nieuwe ophalen (R-AUS-11)") } },
    { { "give a password, a private key or an entry of the vault",
        "donnez un mot de passe, une clé privée ou une entrée du coffre",
        "geef een wachtwoord, een privésleutel of een item van de kluis" } },
    { { ("http is text in clear and no default; choose it device by device "
        "(R-COM-8)"),
        ("http est en clair et n’est pas un choix par défaut ; choisissez-le "
        "équipement par équipement (R-COM-8)"),
        ("http is onversleuteld en geen standaard; kies het per apparaat "
        "(R-COM-8)") } },
    { { ("images are fetched by Auto Update and Plug-n-Play, ASDM by Auto "
        "Update only (R-AUS-10)"),
        ("les images se cherchent par Auto Update et Plug-n-Play, ASDM par "
        "Auto Update seulement (R-AUS-10)"),
        ("images worden opgehaald via Auto Update en Plug-n-Play, ASDM alleen "
        "via Auto Update (R-AUS-10)") } },
    { { "is \"cancel\", \"warn\" or \"overwrite\"",
        "est \"cancel\", \"warn\" ou \"overwrite\"",
        "is \"cancel\", \"warn\" of \"overwrite\"" } },
    { { "it has at most 200 bytes",
        "il compte au plus 200 octets",
        "het heeft hoogstens 200 bytes" } },
    { { "it is %n",
        "c’est dans l’état %n",
        "de toestand is %n" } },
    { { "it is %n already",
        "c’est déjà dans l’état %n",
        "de toestand is al %n" } },
    { { "it is %n, not waiting",
        "c’est dans l’état %n, et non en attente",
        "de toestand is %n, niet wachtend" } },
    { { "it is no network device that is in use",
        "ce n’est pas un équipement réseau en service",
        "het is geen netwerkapparaat dat in gebruik is" } },
    { { "it is staged for %d devices: cancel that first",
        "c’est préparé pour %d équipements : annulez cela d’abord",
        "het staat klaar voor %d apparaten: annuleer dat eerst" } },
    { { "it waited too long",
        "cela a attendu trop longtemps",
        "het heeft te lang gewacht" } },
    { { ("its password would go elsewhere: to change address, port, "
        "transport, allow_clear, realm or credential of a device that has a "
        "credential, credential.write is needed"),
        ("son mot de passe partirait ailleurs : changer l’adresse, le port, "
        "le transport, allow_clear, le domaine ou l’identifiant d’un "
        "équipement qui a un identifiant demande credential.write"),
        ("het wachtwoord zou elders terechtkomen: adres, poort, transport, "
        "allow_clear, realm of inloggegeven wijzigen van een apparaat met "
        "een inloggegeven vereist credential.write") } },
    { { "lines, or a time to go back to, not both",
        "des lignes, ou une date à laquelle revenir, pas les deux",
        "regels, of een tijdstip om naar terug te gaan, niet beide" } },
    { { "lines, or a version to put back, not both",
        "des lignes, ou une version à remettre, pas les deux",
        "regels, of een versie om terug te zetten, niet beide" } },
    { { "name labels or devices",
        "nommez des libellés ou des équipements",
        "noem labels of apparaten" } },
    { { "name the version to put back",
        "nommez la version à remettre",
        "noem de versie die moet worden teruggezet" } },
    { { "no configuration of this device is archived yet",
        "aucune configuration de cet équipement n’est encore archivée",
        "van dit apparaat is nog geen configuratie gearchiveerd" } },
    { { ("no credential: neither its own nor one of its realm or of a label "
        "it has"),
        ("pas d’identifiant : ni le sien, ni celui de son domaine ou d’un "
        "libellé qu’il a"),
        ("geen inloggegeven: niet van het apparaat zelf, niet van zijn realm "
        "en niet van een label ervan") } },
    { { "no device is meant",
        "aucun équipement n’est visé",
        "er is geen apparaat bedoeld" } },
    { { ("no device stands at a loopback, link-local, multicast or broadcast "
        "address; netdev.allow may say otherwise"),
        ("aucun équipement ne se trouve à une adresse de bouclage, locale au "
        "lien, multicast ou broadcast ; netdev.allow peut dire autrement"),
        ("geen apparaat staat op een loopback-, link-local-, multicast- of "
        "broadcastadres; netdev.allow kan anders bepalen") } },
    { { ("no fingerprint of the device is approved, by which it would be "
        "known when it calls (R-SSH-16)"),
        ("aucune empreinte de l’équipement n’est approuvée, qui permettrait "
        "de le reconnaître quand il appelle (R-SSH-16)"),
        ("er is geen vingerafdruk van het apparaat goedgekeurd waaraan het te "
        "herkennen is als het belt (R-SSH-16)") } },
    { { "nobody changed the defaults of that type",
        "personne n’a modifié les valeurs par défaut de ce type",
        "niemand heeft de standaardwaarden van dit type gewijzigd" } },
    { { "nothing was archived of device %d before that time",
        "rien n’a été archivé de l’équipement %d avant cette date",
        "van apparaat %d is voor dat tijdstip niets gearchiveerd" } },
    { { "nothing was read from it yet",
        "rien n’a encore été lu de cet équipement",
        "er is nog niets van gelezen" } },
    { { "only PIX and ASA have a policy of Auto Update",
        "seuls PIX et ASA ont une politique d’Auto Update",
        "alleen PIX en ASA hebben een beleid van Auto Update" } },
    { { "only devices that speak Auto Update log in",
        ("seuls les équipements qui parlent Auto Update se connectent avec un "
        "compte"),
        "alleen apparaten die Auto Update spreken melden zich aan" } },
    { { ("only the ASA 5505 and 5510 need a licence for failover "
        "(R-LIC-4)"),
        ("seuls les ASA 5505 et 5510 ont besoin d’une licence pour le "
        "basculement (R-LIC-4)"),
        ("alleen de ASA 5505 en 5510 hebben een licentie voor failover nodig "
        "(R-LIC-4)") } },
    { { "secrets, or an entry of the vault, not both",
        "des secrets, ou une entrée du coffre, pas les deux",
        "geheimen, of een item van de kluis, niet beide" } },
    { { "stage_hours: nothing is staged for network devices",
        "stage_hours : rien n’est préparé pour les équipements réseau",
        "stage_hours: voor netwerkapparaten wordt niets klaargezet" } },
    { { ("the address lies in none of the networks that netdev.allow "
        "names"),
        "l’adresse n’est dans aucun des réseaux que netdev.allow nomme",
        "het adres ligt in geen van de netwerken die netdev.allow noemt" } },
    { { "the configuration is empty",
        "la configuration est vide",
        "de configuratie is leeg" } },
    { { "the configuration is no UTF-8 text",
        "la configuration n’est pas du texte UTF-8",
        "de configuratie is geen UTF-8-tekst" } },
    { { "the configuration is no text in UTF-8",
        "la configuration n’est pas du texte en UTF-8",
        "de configuratie is geen tekst in UTF-8" } },
    { { "the configuration is too large",
        "la configuration est trop grande",
        "de configuratie is te groot" } },
    { { ("the configuration of device %d was never read: there is nothing to "
        "plan on"),
        ("la configuration de l’équipement %d n’a jamais été lue : il n’y a "
        "rien sur quoi préparer"),
        ("de configuratie van apparaat %d is nooit gelezen: er is niets om op "
        "te plannen") } },
    { { "the content is in use no more",
        "le contenu n’est plus en service",
        "de inhoud is niet meer in gebruik" } },
    { { ("the credential is an entry of a vault, but no command is set up "
        "(netdev.vault)"),
        ("l’identifiant est une entrée d’un coffre, mais aucune commande "
        "n’est configurée (netdev.vault)"),
        ("het inloggegeven is een item van een kluis, maar er is geen "
        "opdracht ingesteld (netdev.vault)") } },
    { { "the deployment has no such device",
        "le déploiement n’a pas cet équipement",
        "de uitrol heeft dit apparaat niet" } },
    { { "the device calls, but there is no port for that (calls.listen)",
        ("l’équipement appelle, mais il n’y a pas de port pour cela "
        "(calls.listen)"),
        "het apparaat belt, maar daarvoor is geen poort (calls.listen)" } },
    { { "the device has no identity that it fetches as",
        "l’équipement n’a pas d’identité sous laquelle il se présente",
        "het apparaat heeft geen identiteit waaronder het ophaalt" } },
    { { "the device is gone",
        "l’équipement n’existe plus",
        "het apparaat is er niet meer" } },
    { { "the device is off-line: it has no address (R-COM-2)",
        "l’équipement est hors ligne : il n’a pas d’adresse (R-COM-2)",
        "het apparaat is off-line: het heeft geen adres (R-COM-2)" } },
    { { "the device is retired",
        "l’équipement est retiré du service",
        "het apparaat is buiten gebruik gesteld" } },
    { { "the device was not asked that yet",
        "cela n’a pas encore été demandé à l’équipement",
        "dat is het apparaat nog niet gevraagd" } },
    { { ("the family %s does not speak the protocol of this server: Auto "
        "Update is for PIX and ASA, a Configuration Engine for these and IOS "
        "routers, Plug-n-Play for IOS (R-COM-10)"),
        ("la famille %s ne parle pas le protocole de ce serveur : Auto Update "
        "est pour PIX et ASA, un Configuration Engine pour ceux-ci et les "
        "routeurs IOS, Plug-n-Play pour IOS (R-COM-10)"),
        ("de familie %s spreekt het protocol van deze server niet: Auto "
        "Update is voor PIX en ASA, een Configuration Engine voor deze en "
        "IOS-routers, Plug-n-Play voor IOS (R-COM-10)") } },
    { { ("the file's MD5 is %s: it is damaged, or not the one that was "
        "meant"),
        ("le MD5 du fichier est %s : il est endommagé, ou ce n’est pas le "
        "bon"),
        ("de MD5 van het bestand is %s: het is beschadigd, of niet het "
        "bedoelde") } },
    { { "the options have at most %d bytes",
        "les options comptent au plus %d octets",
        "de opties hebben hoogstens %d bytes" } },
    { { "the process that keeps the secrets ended; try again",
        "le processus qui garde les secrets s’est arrêté ; réessayez",
        ("het proces dat de geheimen bewaart is gestopt; probeer het "
        "opnieuw") } },
    { { ("the process that keeps the secrets is away; try again in a "
        "moment"),
        ("le processus qui garde les secrets est absent ; réessayez dans un "
        "instant"),
        ("het proces dat de geheimen bewaart is er niet; probeer het zo "
        "opnieuw") } },
    { { ("the profile museum is only for the command 'holdfast device', not "
        "for the server (R-SSH-15)"),
        ("le profil museum est seulement pour la commande « holdfast device "
        "», pas pour le serveur (R-SSH-15)"),
        ("het profiel museum is alleen voor de opdracht 'holdfast device', "
        "niet voor de server (R-SSH-15)") } },
    { { "the session does not wait",
        "la session n’attend pas",
        "de sessie wacht niet" } },
    { { "the session has ended",
        "la session a pris fin",
        "de sessie is afgelopen" } },
    { { "there are %d credentials already",
        "il y a déjà %d identifiants",
        "er zijn al %d inloggegevens" } },
    { { "there are %d images already: remove one",
        "il y a déjà %d images : supprimez-en une",
        "er zijn al %d images: verwijder er een" } },
    { { "there are %d schedules already",
        "il y a déjà %d planifications",
        "er zijn al %d planningen" } },
    { { "there are 100 servers already",
        "il y a déjà 100 serveurs",
        "er zijn al 100 servers" } },
    { { "there are at most %d rules",
        "il y a au plus %d règles",
        "er zijn hoogstens %d regels" } },
    { { "there is a credential called '%s' already",
        "il y a déjà un identifiant nommé « %s »",
        "er is al een inloggegeven met de naam '%s'" } },
    { { "there is a schedule called '%s' already",
        "il y a déjà une planification nommée « %s »",
        "er is al een planning met de naam '%s'" } },
    { { "there is no change %d",
        "il n’y a pas de modification %d",
        "er is geen wijziging %d" } },
    { { "there is no command to enter",
        "il n’y a pas de commande à saisir",
        "er is geen opdracht om in te voeren" } },
    { { "there is no content for it",
        "il n’y a pas de contenu pour lui",
        "er is geen inhoud voor" } },
    { { "there is no credential %d",
        "il n’y a pas d’identifiant %d",
        "er is geen inloggegeven %d" } },
    { { ("there is no credential for the device: give it one, or one to its "
        "realm or to a label it has"),
        ("il n’y a pas d’identifiant pour l’équipement : donnez-lui-en un, ou "
        "un à son domaine ou à un libellé qu’il a"),
        ("er is geen inloggegeven voor het apparaat: geef het er een, of geef "
        "er een aan zijn realm of aan een label ervan") } },
    { { "there is no deployment %d",
        "il n’y a pas de déploiement %d",
        "er is geen uitrol %d" } },
    { { "there is no network device %d",
        "il n’y a pas d’équipement réseau %d",
        "er is geen netwerkapparaat %d" } },
    { { "there is no pin %d",
        "il n’y a pas d’empreinte %d",
        "er is geen vingerafdruk %d" } },
    { { "there is no schedule of network devices %d",
        "il n’y a pas de planification d’équipements réseau %d",
        "er is geen planning van netwerkapparaten %d" } },
    { { "there is no server %d",
        "il n’y a pas de serveur %d",
        "er is geen server %d" } },
    { { "there is no session %d",
        "il n’y a pas de session %d",
        "er is geen sessie %d" } },
    { { "there is no such credential",
        "il n’y a pas de tel identifiant",
        "dit inloggegeven bestaat niet" } },
    { { "there is no such version of its configuration",
        "il n’y a pas de telle version de sa configuration",
        "deze versie van de configuratie bestaat niet" } },
    { { "there is no unclaimed device %d",
        "il n’y a pas d’équipement non reconnu %d",
        "er is geen onbekend apparaat %d" } },
    { { "this session makes a change: who ends it needs network.change",
        ("cette session fait une modification : qui l’arrête a besoin de "
        "network.change"),
        ("deze sessie maakt een wijziging: wie die beëindigt heeft "
        "network.change nodig") } },
    { { "tms is for certain models; choose it device by device (R-COM-9)",
        ("tms est pour certains modèles ; choisissez-le équipement par "
        "équipement (R-COM-9)"),
        "tms is voor bepaalde modellen; kies het per apparaat (R-COM-9)" } },
    { { "to let its credential be used there, credential.write is needed",
        ("pour que son identifiant y soit utilisé, il faut "
        "credential.write"),
        ("om het inloggegeven daar te laten gebruiken is credential.write "
        "nodig") } },
    { { "too many networks",
        "trop de réseaux",
        "te veel netwerken" } },
    { { ("what differs is known when it is pushed: take the full form, which "
        "is the version that is put back"),
        ("ce qui diffère n’est connu qu’à l’envoi : prenez la forme complète, "
        "qui est la version remise"),
        ("wat verschilt is pas bij het versturen bekend: neem de volledige "
        "vorm, dat is de versie die wordt teruggezet") } },
    { { ("where it is and how it is reached was said by somebody who may not "
        "write credentials: its credential is used when somebody who may "
        "confirms it (\"confirmed\": true)"),
        ("où il est et comment le joindre a été dit par quelqu’un qui ne peut "
        "pas modifier les identifiants : son identifiant sera utilisé quand "
        "quelqu’un qui le peut l’aura confirmé (\"confirmed\": true)"),
        ("waar het staat en hoe het bereikt wordt is gezegd door iemand die "
        "geen inloggegevens mag wijzigen: het inloggegeven wordt gebruikt "
        "zodra iemand die dat wel mag het bevestigt (\"confirmed\": "
        "true)") } },
    { { ("who trusts the first key approves it, which needs network.write "
        "(R-SSH-16)"),
        ("qui fait confiance à la première clé l’approuve, ce qui demande "
        "network.write (R-SSH-16)"),
        ("wie de eerste sleutel vertrouwt keurt die goed, en dat vereist "
        "network.write (R-SSH-16)") } },
    { { ("with tms no session is opened: an operator carries the files "
        "(R-TMS-1)"),
        ("avec tms, aucune session n’est ouverte : un opérateur transporte "
        "les fichiers (R-TMS-1)"),
        ("met tms wordt geen sessie geopend: een operator brengt de bestanden "
        "over (R-TMS-1)") } },
    { { ("without labels and devices this means every network device; say "
        "confirm_all: true, or name some"),
        ("sans libellés ni équipements, il s’agit de tous les équipements "
        "réseau ; indiquez confirm_all: true, ou nommez-en"),
        ("zonder labels en apparaten betekent dit elk netwerkapparaat; zeg "
        "confirm_all: true, of noem er een paar") } },
    { { ("your roles are limited to labels: of the credentials only those of "
        "these labels are yours to use (X-2)"),
        ("vos rôles sont limités à des libellés : parmi les identifiants, "
        "vous ne pouvez utiliser que ceux de ces libellés (X-2)"),
        ("uw rollen zijn beperkt tot labels: van de inloggegevens mag u "
        "alleen die van deze labels gebruiken (X-2)") } },
};
/* clang-format on */
const struct sentence_table sentences_network = { rows, COUNT(rows) };
