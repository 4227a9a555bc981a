// SPDX-License-Identifier: Apache-2.0
//
// Written by tools/types.mjs from the server's OpenAPI description: change
// the server, not this file.

export type Json = null | boolean | number | string | Json[] |
  { [member: string]: Json };

export interface List<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface Calls {
  /** Forget a filter that one saved. */
  "DELETE /account/filters/{filter}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove a backup and its file. */
  "DELETE /backups/{backup}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove an upload that no configuration uses. */
  "DELETE /benchmarks/{benchmark}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove a configuration; its runs stay. */
  "DELETE /configurations/{configuration}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove an image that nothing staged needs. */
  "DELETE /device-images/{image}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove one that no device uses. */
  "DELETE /device-servers/{server}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Forget a device; its history stays. */
  "DELETE /devices/{device}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Withdraw a token. */
  "DELETE /enrol-tokens/{token}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Delete a label that limits no role and no schedule. */
  "DELETE /labels/{label}": {
    query: { disable_schedules?: boolean };
    body: undefined;
    answer: { disabled: number[] };
  };
  /** Delete a credential that no device names. */
  "DELETE /network/credentials/{credential}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Delete a network device and its archive. */
  "DELETE /network/devices/{device}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove a schedule of network devices. */
  "DELETE /network/schedules/{schedule}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Delete one that was never in force. */
  "DELETE /patch-configurations/{configuration}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Lift a freeze; it stays in the list. */
  "DELETE /patch-freezes/{freeze}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Delete a group that no configuration names. */
  "DELETE /patch-groups/{group}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Lift a hold; it stays in the list. */
  "DELETE /patch-holds/{hold}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove a template. */
  "DELETE /patch-report-templates/{template}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove a report schedule. */
  "DELETE /report-schedules/{schedule}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove a role that nobody has. */
  "DELETE /roles/{role}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Log out. */
  "DELETE /session": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** End all of one's own sessions but this one. */
  "DELETE /sessions": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** End a session. */
  "DELETE /sessions/{session}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Take it back before it is fetched. */
  "DELETE /staged/{staged}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Revoke an API token. */
  "DELETE /tokens/{token}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Forget it until it comes again. */
  "DELETE /unclaimed-devices/{unclaimed}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Remove a user. */
  "DELETE /users/{user}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Take a local user's second factor away. */
  "DELETE /users/{user}/second-factor": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** End all sessions of a user. */
  "DELETE /users/{user}/sessions": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** End a waiver now. */
  "DELETE /waivers/{waiver}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** List the filters that one saved. */
  "GET /account/filters": {
    query: { list?: string; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; list: string; name: string; query: string }>;
  };
  /** Advisories by id, of every source. */
  "GET /advisories": {
    query: { q?: string; cve?: string; source?: string; type?: "security" | "bugfix" | "enhancement"; level?: "unassigned" | "low" | "moderate" | "important" | "critical"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: string; source: string; title: string; type?: "security" | "bugfix" | "enhancement" | null; severity?: string | null; level: "unassigned" | "low" | "moderate" | "important" | "critical"; issued?: string | null; vulnerabilities: number }>;
  };
  /** An advisory, of each source that has it. */
  "GET /advisory": {
    query: { id: string };
    body: undefined;
    answer: { advisories: { id: string; source: string; title: string; text: string; url?: string | null; type?: "security" | "bugfix" | "enhancement" | null; severity?: string | null; issued?: string | null; updated?: string | null; reboot: boolean; vulnerabilities: string[]; references: string[]; supersedes: string[]; superseded_by: string[]; packages: { package?: string | null; source_package: boolean; release?: string | null; arch?: string | null; status: "affected" | "fixed" | "not_affected" | "under_investigation" | "will_not_fix"; from?: string | null; fixed?: string | null; last_affected?: string | null; severity?: string | null; note?: string | null; date?: string | null }[] }[] };
  };
  /** The sources of advisories, and how old they are. */
  "GET /advisory/sources": {
    query: object;
    body: undefined;
    answer: { sources: { name: string; format: string; rank: number; date?: string | null; imported?: string | null; notices: number }[] };
  };
  /** List who changed what, newest first. */
  "GET /audit": {
    query: { actor?: string; action?: string; kind?: string; object?: number; since?: string; until?: string; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; at: string; actor: string; peer: string; action: string; kind: string; object: number; before?: string | null; after?: string | null }>;
  };
  /** Check the chain of the audit log. */
  "GET /audit/verify": {
    query: { head?: string };
    body: undefined;
    answer: { rows: number; intact: boolean; first_bad?: number | null; reason?: string | null; head: string };
  };
  /** List the backups that this server made, newest first. */
  "GET /backups": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; file: string; state: "making" | "done" | "failed"; checking: boolean; checked?: string | null; there: boolean; author: string; started: string; ended?: string | null; tables: number; rows: number; size: number; text?: string | null }>;
  };
  /** One backup, and how far it is. */
  "GET /backups/{backup}": {
    query: object;
    body: undefined;
    answer: { id: number; file: string; state: "making" | "done" | "failed"; checking: boolean; checked?: string | null; there: boolean; author: string; started: string; ended?: string | null; tables: number; rows: number; size: number; text?: string | null };
  };
  /** The sealed file. */
  "GET /backups/{backup}/file": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Results of benchmarks, newest first. */
  "GET /benchmark-results": {
    query: { device?: number; configuration?: number; run?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; device: number; device_name: string; configuration?: number | null; run?: number | null; started: string; ended: string; benchmark: string; title?: string | null; version?: string | null; profile?: string | null; applicable: boolean; model?: string | null; score?: string | null; maximum?: string | null; counts: { pass: number; fail: number; error: number; unknown: number; notapplicable: number; notchecked: number; notselected: number; informational: number; fixed: number } }>;
  };
  /** One result. */
  "GET /benchmark-results/{result}": {
    query: object;
    body: undefined;
    answer: { id: number; device: number; device_name: string; configuration?: number | null; run?: number | null; started: string; ended: string; benchmark: string; title?: string | null; version?: string | null; profile?: string | null; applicable: boolean; model?: string | null; score?: string | null; maximum?: string | null; counts: { pass: number; fail: number; error: number; unknown: number; notapplicable: number; notchecked: number; notselected: number; informational: number; fixed: number } };
  };
  /** The result in the Asset Reporting Format. */
  "GET /benchmark-results/{result}/arf": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** What changed since an older result. */
  "GET /benchmark-results/{result}/compare": {
    query: { with: number; change?: "unchanged" | "newly_failing" | "newly_passing" | "changed" | "added" | "removed"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ rule: string; title?: string | null; change: "unchanged" | "newly_failing" | "newly_passing" | "changed" | "added" | "removed"; before?: "pass" | "fail" | "error" | "unknown" | "notapplicable" | "notchecked" | "notselected" | "informational" | "fixed" | null; after?: "pass" | "fail" | "error" | "unknown" | "notapplicable" | "notchecked" | "notselected" | "informational" | "fixed" | null }>;
  };
  /** What each rule came to. */
  "GET /benchmark-results/{result}/rules": {
    query: { result?: "pass" | "fail" | "error" | "unknown" | "notapplicable" | "notchecked" | "notselected" | "informational" | "fixed"; severity?: "unknown" | "info" | "low" | "medium" | "high"; waived?: boolean; search?: string; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: string; title?: string | null; severity: "unknown" | "info" | "low" | "medium" | "high"; result: "pass" | "fail" | "error" | "unknown" | "notapplicable" | "notchecked" | "notselected" | "informational" | "fixed"; shown: string; waiver?: { id: number; reason: string; author: string; expires: string } | null; message?: string | null; check?: string | null; idents: string[]; weight: string }>;
  };
  /** The scores of all models; first what the benchmark asks for. */
  "GET /benchmark-results/{result}/scores": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ model: string; score: string; maximum: string }>;
  };
  /** The XCCDF TestResult. */
  "GET /benchmark-results/{result}/xccdf": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** List the SCAP content that was uploaded. */
  "GET /benchmarks": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; kind: "benchmark" | "tailoring"; name: string; sha256: string; size: number; uploaded?: string | null; uploaded_by?: string | null; content: { [member: string]: Json } }>;
  };
  /** One upload with its benchmarks and profiles. */
  "GET /benchmarks/{benchmark}": {
    query: object;
    body: undefined;
    answer: { id: number; kind: "benchmark" | "tailoring"; name: string; sha256: string; size: number; uploaded?: string | null; uploaded_by?: string | null; content: { [member: string]: Json } };
  };
  /** List the definitions that the server holds. */
  "GET /catalogue": {
    query: { view?: "all" | "affected" | "errors" | "deprecated"; id?: string; cve?: string; platform?: string; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated"; status?: string; content?: number; q?: string; sort?: "id" | "title" | "affected"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: string; content: { id: number; platform: string; source: string; version?: string | null; imported?: string | null; active?: boolean | null }; class: string; status: string; deprecated: boolean; title: string; cves: string[]; refs: { source?: string | null; id: string; url?: string | null }[]; severity: { value: string; source?: string | null }; exploited: boolean; affected: number; tested: number; errors: number; unknown: number }>;
  };
  /** List the configurations of OVAL and SCAP. */
  "GET /configurations": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; enabled: boolean; while_logged_off: boolean; wake?: boolean | null; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; nice?: number | null; memory_mb?: number | null; limit_s?: number | null; scap?: { content: number; stream?: string | null; benchmark?: string | null; profile?: string | null; tailoring?: number | null } | null; enabled_at?: string | null; created?: string | null; revision: number; advice?: string | null }>;
  };
  /** One configuration. */
  "GET /configurations/{configuration}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; enabled: boolean; while_logged_off: boolean; wake?: boolean | null; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; nice?: number | null; memory_mb?: number | null; limit_s?: number | null; scap?: { content: number; stream?: string | null; benchmark?: string | null; profile?: string | null; tailoring?: number | null } | null; enabled_at?: string | null; created?: string | null; revision: number; advice?: string | null };
  };
  /** The files of SCAP that its devices get. */
  "GET /configurations/{configuration}/files": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ name: string; kind: "pack" | "benchmark" | "tailoring"; sha256: string; size: number }>;
  };
  /** List the content, newest first. */
  "GET /contents": {
    query: { active?: boolean; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; platform: string; source: string; digest: string; size: number; definitions: number; feed_time?: string | null; imported?: string | null; active: boolean; unchanged?: boolean | null }>;
  };
  /** One content. */
  "GET /contents/{content}": {
    query: object;
    body: undefined;
    answer: { id: number; platform: string; source: string; digest: string; size: number; definitions: number; feed_time?: string | null; imported?: string | null; active: boolean; unchanged?: boolean | null };
  };
  /** A CVE: its rating with all inputs, and what every source states of it. */
  "GET /cve": {
    query: { id: string; package?: string; release?: string; stale_days?: number };
    body: undefined;
    answer: { id: string; rating: { rating?: string | null; group?: string | null; reason: string; stale: boolean; cvss?: string | null; cvss_version?: string | null; vector?: string | null; cvss_scorer?: string | null; exploited: boolean; ransomware: boolean; exploited_since?: string | null; exploited_due?: string | null; epss?: string | null; epss_percentile?: string | null; exploitation?: string | null; threat?: number | null; inputs: { input: "cvss" | "kev" | "epss" | "exploitation"; state: "stated" | "silent" | "not_checked" | "unavailable"; source?: string | null; date?: string | null; stale: boolean }[] }; scores: { source: string; cvss?: string | null; cvss_version?: string | null; vector?: string | null; severity?: string | null; exploited: boolean; disclosed: boolean }[]; statements: { package?: string | null; source_package: boolean; release?: string | null; arch?: string | null; status: "affected" | "fixed" | "not_affected" | "under_investigation" | "will_not_fix"; from?: string | null; fixed?: string | null; last_affected?: string | null; severity?: string | null; note?: string | null; date?: string | null; source: string; rank: number; advisory?: string | null; disputed: boolean }[]; more: boolean };
  };
  /** The devices that a CVE or an advisory is about, over all definitions that name it. */
  "GET /cve/devices": {
    query: { id: string; result?: "affected" | "undecided" | "all"; sort?: "name" | "device"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; inventory_id: string; name: string; os: string; result: "affected" | "undecided"; definitions: number; definition: string; content: number }>;
  };
  /** One definition with its criteria and references. */
  "GET /definition": {
    query: { id: string; content?: number };
    body: undefined;
    answer: { id: string; version: number; content: { id: number; platform: string; source: string; version?: string | null; imported?: string | null; active?: boolean | null }; contents: number[]; status: string; class: string; deprecated: boolean; title: string; description: string; issued?: string | null; refs: { source?: string | null; id: string; url?: string | null }[]; cves: string[]; platforms: string[]; severity: { value: string; source?: string | null }; exploited: boolean; risk: { [member: string]: Json }[]; criteria?: { [member: string]: Json } | null; affected: number; tested: number; errors: number; unknown: number; not_applicable: number };
  };
  /** List the devices with a result of one definition. */
  "GET /definition/devices": {
    query: { id: string; content?: number; result?: "affected" | "all" | "true" | "false" | "unknown" | "error" | "not evaluated" | "not applicable"; sort?: "name" | "device"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; inventory_id: string; name: string; os: string; result: "true" | "false" | "unknown" | "error" | "not evaluated" | "not applicable"; meaning: string; disagree: boolean }>;
  };
  /** Why a definition came out as it did on one device. */
  "GET /definition/explain": {
    query: { id: string; content?: number; device: number };
    body: undefined;
    answer: { id: string; device: number; result: string; meaning: string; disagree: boolean; server?: { [member: string]: Json } | null; agent?: { [member: string]: Json } | null };
  };
  /** List the images that network devices fetch. */
  "GET /device-images": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; kind: "image" | "asdm"; name: string; version: string; md5: string; sha256: string; size: number; author?: string | null; created: string; uses: number }>;
  };
  /** One image. */
  "GET /device-images/{image}": {
    query: object;
    body: undefined;
    answer: { id: number; kind: "image" | "asdm"; name: string; version: string; md5: string; sha256: string; size: number; author?: string | null; created: string; uses: number };
  };
  /** List the servers that network devices fetch from. */
  "GET /device-servers": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; kind: "aus" | "ce" | "pnp"; name: string; address: string; port: number; tls: boolean; xml: boolean; networks: string; devices: number; dhcp_option_43?: string | null; revision: number }>;
  };
  /** One such server. */
  "GET /device-servers/{server}": {
    query: object;
    body: undefined;
    answer: { id: number; kind: "aus" | "ce" | "pnp"; name: string; address: string; port: number; tls: boolean; xml: boolean; networks: string; devices: number; dhcp_option_43?: string | null; revision: number };
  };
  /** Devices, found, filtered and sorted; also as CSV. */
  "GET /devices": {
    query: { q?: string; filter?: string; label?: number; state?: "in_use" | "retired" | "all"; sort?: "name" | "-name" | "id" | "-id" | "os" | "-os" | "last_seen" | "-last_seen" | "last_inventory" | "-last_inventory" | "created" | "-created"; format?: "json" | "csv"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; hostname: string; kind: "agent" | "agentless" | "network"; os: { family: string; id: string; version: string; build: string; arch: string; kernel: string; name: string }; manager: string; time_zone: string; time_zone_set?: string | null; agent_version: string; addresses: string[]; memory_mb?: number | null; sessions: number; created: string; last_seen?: string | null; last_inventory?: string | null; boot_time?: string | null; retired?: string | null; labels: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; since: string }[]; assessment: { available: boolean; reason?: string | null }; revision: number }>;
  };
  /** One device. */
  "GET /devices/{device}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; hostname: string; kind: "agent" | "agentless" | "network"; os: { family: string; id: string; version: string; build: string; arch: string; kernel: string; name: string }; manager: string; time_zone: string; time_zone_set?: string | null; agent_version: string; addresses: string[]; memory_mb?: number | null; sessions: number; created: string; last_seen?: string | null; last_inventory?: string | null; boot_time?: string | null; retired?: string | null; labels: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; since: string }[]; assessment: { available: boolean; reason?: string | null }; revision: number; notes: string; machine_id: string; download: string; hardware?: { vendor: string; model: string; serial: string; cpu: string; cpus: number; memory_mb: number; disk_mb: number; virtualisation: string } | null; interfaces?: { name: string; mac: string; addresses: string[] }[] | null; users?: { name: string; terminal: string; since?: string | null }[] | null };
  };
  /** What was found on a device, worst first, with fixes. */
  "GET /devices/{device}/findings": {
    query: { show?: "affected" | "errors" | "disagree" | "all"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: string; content: number; class: string; title: string; result: "true" | "false" | "unknown" | "error" | "not evaluated" | "not applicable"; meaning: string; severity: { value: string; source?: string | null }; exploited: boolean; cves: string[]; fixes: { package: string; installed?: string | null; fixed?: string | null }[]; disagree: boolean }>;
  };
  /** When findings of a device opened and closed, newest first. */
  "GET /devices/{device}/findings/changes": {
    query: { change?: "opened" | "closed" | "undecided"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ at: string; change: "opened" | "closed" | "undecided"; withdrawn: boolean; origin: "agent" | "server"; run?: number | null; id: string; content: number; class: string; title: string; severity: { value: string; source?: string | null }; exploited: boolean; cves: string[] }>;
  };
  /** Earlier results of a device. */
  "GET /devices/{device}/findings/history": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; content: number; origin: "agent" | "server"; at: string; run?: number | null; true: number; errors: number; unknown: number }>;
  };
  /** What changed from inventory to inventory, newest first. */
  "GET /devices/{device}/history": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; at: string; added: number; removed: number; changed: number; facts: string[]; packages: { name: string; arch: string; from?: string | null; to?: string | null }[] }>;
  };
  /** The newest inventory of a device. */
  "GET /devices/{device}/inventory": {
    query: object;
    body: undefined;
    answer: { collected: string; digest: string; manager: string; packages: number; errors: string[]; device: { id: number; name: string; hostname: string; kind: "agent" | "agentless" | "network"; os: { family: string; id: string; version: string; build: string; arch: string; kernel: string; name: string }; manager: string; time_zone: string; time_zone_set?: string | null; agent_version: string; addresses: string[]; memory_mb?: number | null; sessions: number; created: string; last_seen?: string | null; last_inventory?: string | null; boot_time?: string | null; retired?: string | null; labels: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; since: string }[]; assessment: { available: boolean; reason?: string | null }; revision: number; notes: string; machine_id: string; download: string; hardware?: { vendor: string; model: string; serial: string; cpu: string; cpus: number; memory_mb: number; disk_mb: number; virtualisation: string } | null; interfaces?: { name: string; mac: string; addresses: string[] }[] | null; users?: { name: string; terminal: string; since?: string | null }[] | null } };
  };
  /** The jobs of a device, newest first. */
  "GET /devices/{device}/jobs": {
    query: { run?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; device: number; device_name: string; type: "assess" | "inventory" | "policy" | "renew" | "cancel" | "patch_policy" | "patch_scan" | "patch_deploy" | "reboot" | "scap_scan"; run?: number | null; state: "queued" | "taken" | "started" | "done" | "failed" | "refused" | "waiting" | "skipped" | "expired" | "cancelled"; state_at: string; created: string; expires: string; text?: string | null }>;
  };
  /** Whether a query matches a device, and why. */
  "GET /devices/{device}/match": {
    query: { filter: string };
    body: undefined;
    answer: { result: "true" | "false" | "unknown"; reasons: { test: string; found: string; result: "true" | "false" | "unknown" }[] };
  };
  /** The packages of a device. */
  "GET /devices/{device}/packages": {
    query: { q?: string; limit?: number; after?: string };
    body: undefined;
    answer: List<{ name: string; version: string; arch: string; source: string }>;
  };
  /** What the next run of each task would deploy. */
  "GET /devices/{device}/patch-dry-run": {
    query: { configuration?: number; patch?: string; lang?: "en" | "fr" | "nl" };
    body: undefined;
    answer: { device: number; os: "windows" | "macos" | "linux"; scanned?: string | null; configuration?: string | null; version?: number | null; tasks: { task: string; local?: string | null; utc?: string | null; stage_local?: string | null; deploy: string[]; frozen?: string | null }[]; warnings: string[] };
  };
  /** For each missing patch: deployed or not, and why. */
  "GET /devices/{device}/patch-explain": {
    query: { configuration?: number; patch?: string; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ patch: string; title: string; severity: string; task: string; deploy: boolean; rule: string; because: string; by: string; warning: string }>;
  };
  /** Decided jobs that are handed over. */
  "GET /devices/{device}/patch-jobs": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ run: number; device: number; configuration: number; version: number; task: string; due: string; patches: string[]; reboot_after: "never" | "if_required" | "always" }>;
  };
  /** What a device lacks. */
  "GET /devices/{device}/patches": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ patch: { id: number; patch: string; os: "windows" | "macos" | "linux"; type: "unknown" | "security" | "nonsecurity" | "bugfix" | "enhancement"; severity: "unassigned" | "low" | "moderate" | "important" | "critical"; vendor: string; product: string; version: string; title: string; released?: string | null; source: "import" | "advisory" | "report" | "agent"; added: string; cves: number; exploited: boolean; cvss?: string | null; rating?: string | null; preview: boolean; enablement: boolean; superseded?: boolean | null; without_advisory: boolean; download: "automatic" | "sideload_required" | "sideload_in_progress" | "uploaded"; unpatched?: number | null; over_sla?: number | null; near_sla?: number | null; votes?: number | null }; since: string; sla: "none" | "within" | "near" | "over"; deadline?: string | null; cves: string[]; packages: { name: string; arch: string; installed: string; candidate: string; suite: string; size: number; held: boolean; problem: string }[] }>;
  };
  /** The runs a device took part in, newest first. */
  "GET /devices/{device}/runs": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ run: number; configuration: string; cause: string; state: string; started?: string | null; due?: string | null; ended?: string | null; text: string }>;
  };
  /** Tokens that devices enrol with, newest first. */
  "GET /enrol-tokens": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; label?: number | null; created: string; created_by: string; expires: string; state: "open" | "used" | "expired"; used_at?: string | null; device?: number | null }>;
  };
  /** What happens, as it happens, as server-sent events. */
  "GET /events": {
    query: { topic?: "content" | "device" | "finding" | "label" | "network" | "release" | "run"; id?: number };
    body: undefined;
    answer: undefined;
  };
  /** List the newest requests of devices nobody knows. */
  "GET /fetch-requests": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; at: string; address: string; kind: string; identity?: string | null; outcome?: string | null; unknown?: string | null; request?: string | null }>;
  };
  /** List the network devices that fetch from a server. */
  "GET /fetching-devices": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; family: string; server: number; protocol: "aus" | "cns" | "pnp"; identity: string; event_id?: string | null; has_password: boolean; poll_minutes: number; retry_count: number; retry_minutes: number; last_seen?: string | null; last_address?: string | null; next_poll?: string | null; overdue: boolean; facts?: { [member: string]: Json } | null; revision: number }>;
  };
  /** One device that fetches. */
  "GET /fetching-devices/{device}": {
    query: object;
    body: undefined;
    answer: { device: number; name: string; family: string; server: number; protocol: "aus" | "cns" | "pnp"; identity: string; event_id?: string | null; has_password: boolean; poll_minutes: number; retry_count: number; retry_minutes: number; last_seen?: string | null; last_address?: string | null; next_poll?: string | null; overdue: boolean; facts?: { [member: string]: Json } | null; revision: number };
  };
  /** The commands by which a PIX or ASA comes to ask its server as is said here. */
  "GET /fetching-devices/{device}/policy": {
    query: object;
    body: undefined;
    answer: { commands: string; other_server: boolean; config: number };
  };
  /** List its newest requests, with secrets masked. */
  "GET /fetching-devices/{device}/requests": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; at: string; address: string; kind: string; identity?: string | null; outcome?: string | null; unknown?: string | null; request?: string | null }>;
  };
  /** List which roles the groups of other services give. */
  "GET /group-roles": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ source: "ldap" | "oidc" | "saml"; group: string; role: number }>;
  };
  /** Whether the server works. */
  "GET /health": {
    query: object;
    body: undefined;
    answer: { status: "ok" | "failing"; store: "ok" | "failing" };
  };
  /** One job. */
  "GET /jobs/{job}": {
    query: object;
    body: undefined;
    answer: { id: number; device: number; device_name: string; type: "assess" | "inventory" | "policy" | "renew" | "cancel" | "patch_policy" | "patch_scan" | "patch_deploy" | "reboot" | "scap_scan"; run?: number | null; state: "queued" | "taken" | "started" | "done" | "failed" | "refused" | "waiting" | "skipped" | "expired" | "cancelled"; state_at: string; created: string; expires: string; text?: string | null };
  };
  /** List the labels that were given to many devices at once. */
  "GET /label-actions": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; label: number; label_name: string; at: string; actor: string; devices: number; undone?: string | null }>;
  };
  /** Labels, by name. */
  "GET /labels": {
    query: { q?: string; kind?: "manual" | "smart" | "ldap" | "group"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; query: string; notes: string; download_url: string; parent?: number | null; members: number; pending: boolean; evaluated?: string | null; problem: string; created: string; revision: number }>;
  };
  /** One label. */
  "GET /labels/{label}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; query: string; notes: string; download_url: string; parent?: number | null; members: number; pending: boolean; evaluated?: string | null; problem: string; created: string; revision: number };
  };
  /** The members of a label. */
  "GET /labels/{label}/members": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; since: string }>;
  };
  /** List planned and past changes, newest first. */
  "GET /network/changes": {
    query: { device?: number; deployment?: number; state?: "waiting" | "refused" | "approved" | "running" | "applied" | "cancelled" | "undone" | "broken"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; device: number; name: string; deployment?: number | null; title: string; kind: "lines" | "restore"; lines: string; options: { overwrite?: boolean | null; no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; planned_on: number; restores?: number | null; state: "waiting" | "refused" | "approved" | "running" | "applied" | "cancelled" | "undone" | "broken"; text: string; author: string; approver: string; created?: string | null; approved?: string | null; begins?: string | null; ended?: string | null; session?: number | null; before_config?: number | null; after_config?: number | null; results: { line: string; result: "not sent" | "taken" | "refused" | "tolerated" | "missing"; reason: string }[]; warnings?: string[] | null; revision: number }>;
  };
  /** Show a change and its result. */
  "GET /network/changes/{change}": {
    query: object;
    body: undefined;
    answer: { id: number; device: number; name: string; deployment?: number | null; title: string; kind: "lines" | "restore"; lines: string; options: { overwrite?: boolean | null; no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; planned_on: number; restores?: number | null; state: "waiting" | "refused" | "approved" | "running" | "applied" | "cancelled" | "undone" | "broken"; text: string; author: string; approver: string; created?: string | null; approved?: string | null; begins?: string | null; ended?: string | null; session?: number | null; before_config?: number | null; after_config?: number | null; results: { line: string; result: "not sent" | "taken" | "refused" | "tolerated" | "missing"; reason: string }[]; warnings?: string[] | null; revision: number };
  };
  /** List credentials of network devices, without secrets. */
  "GET /network/credentials": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; login?: string | null; realm?: string | null; label?: number | null; vault: string; has_password: boolean; has_enable_password: boolean; has_private_key: boolean; key: string; previous_until?: string | null; created: string; changed: string; changed_by: string; devices: number; revision: number }>;
  };
  /** Show a credential. */
  "GET /network/credentials/{credential}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; login?: string | null; realm?: string | null; label?: number | null; vault: string; has_password: boolean; has_enable_password: boolean; has_private_key: boolean; key: string; previous_until?: string | null; created: string; changed: string; changed_by: string; devices: number; revision: number };
  };
  /** Deployments to network devices, newest first. */
  "GET /network/deployments": {
    query: { state?: "waiting" | "refused" | "running" | "paused" | "stopped" | "done" | "cancelled"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; title: string; lines: string; restore_at?: string | null; options: { no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; out_of_band: "cancel" | "warn" | "overwrite"; rings: { [member: string]: Json }[]; schedule?: { [member: string]: Json } | null; zone: string; state: "waiting" | "refused" | "running" | "paused" | "stopped" | "done" | "cancelled"; text: string; ring?: number | null; since?: string | null; due?: string | null; devices: number; applied: number; failed: number; author: string; approver: string; created?: string | null; approved?: string | null; ended?: string | null; warnings?: string[] | null; revision: number }>;
  };
  /** One deployment. */
  "GET /network/deployments/{deployment}": {
    query: object;
    body: undefined;
    answer: { id: number; title: string; lines: string; restore_at?: string | null; options: { no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; out_of_band: "cancel" | "warn" | "overwrite"; rings: { [member: string]: Json }[]; schedule?: { [member: string]: Json } | null; zone: string; state: "waiting" | "refused" | "running" | "paused" | "stopped" | "done" | "cancelled"; text: string; ring?: number | null; since?: string | null; due?: string | null; devices: number; applied: number; failed: number; author: string; approver: string; created?: string | null; approved?: string | null; ended?: string | null; warnings?: string[] | null; revision: number };
  };
  /** Its devices, and what became of each. */
  "GET /network/deployments/{deployment}/devices": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; ring: number; planned_on: number; restores?: number | null; change?: number | null; state: "planned" | "waiting" | "refused" | "approved" | "running" | "applied" | "cancelled" | "undone" | "broken"; text: string; changed_behind: boolean }>;
  };
  /** What a device gets, as a file; secrets masked. */
  "GET /network/deployments/{deployment}/devices/{device}/file": {
    query: { form?: "delta" | "full" };
    body: undefined;
    answer: undefined;
  };
  /** List the network devices. */
  "GET /network/devices": {
    query: { family?: string; reach?: "never" | "ok" | "failed"; credential?: number; q?: string; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; family: string; version?: string | null; model?: string | null; address?: string | null; port?: number | null; ssh_port?: number | null; transport?: string | null; allow_fallback?: boolean | null; allow_clear?: boolean | null; profile?: string | null; credential?: number | null; realm?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; server?: number | null; identity?: string | null; license_supports_failover?: boolean | null; confirmed?: boolean | null; notes?: string | null; hostname: string; serial: string; image: string; encryption_3des_aes?: boolean | null; reach: "never" | "ok" | "failed"; reach_text: string; reach_transport: string; last_contact?: string | null; last_discovery?: string | null; last_address: string; config: number; revision: number }>;
  };
  /** Show a network device. */
  "GET /network/devices/{device}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; family: string; version?: string | null; model?: string | null; address?: string | null; port?: number | null; ssh_port?: number | null; transport?: string | null; allow_fallback?: boolean | null; allow_clear?: boolean | null; profile?: string | null; credential?: number | null; realm?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; server?: number | null; identity?: string | null; license_supports_failover?: boolean | null; confirmed?: boolean | null; notes?: string | null; hostname: string; serial: string; image: string; encryption_3des_aes?: boolean | null; reach: "never" | "ok" | "failed"; reach_text: string; reach_transport: string; last_contact?: string | null; last_discovery?: string | null; last_address: string; config: number; revision: number; ways: { transport: string; port: number }[]; no_way?: string | null; inherits_transport: boolean; facts?: { [member: string]: Json } | null };
  };
  /** The newest archived configuration, secrets masked. */
  "GET /network/devices/{device}/configuration": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** List archived configurations, newest first. */
  "GET /network/devices/{device}/configurations": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ number: number; at: string; session: number; cause: string; bytes: number; lines: number; added: number; removed: number; secrets_changed: boolean }>;
  };
  /** An archived configuration, secrets masked. */
  "GET /network/devices/{device}/configurations/{version}": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** What a version changed, as `diff -u` writes it. */
  "GET /network/devices/{device}/configurations/{version}/diff": {
    query: { from?: number };
    body: undefined;
    answer: undefined;
  };
  /** What in an archived configuration would break the management of its device. */
  "GET /network/devices/{device}/configurations/{version}/lint": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ line: number; rule: string; message: string }>;
  };
  /** What is understood of an archived configuration, as policies, and what is not. */
  "GET /network/devices/{device}/configurations/{version}/policies": {
    query: object;
    body: undefined;
    answer: { number: number; family: string; understood: number; kept: number; notes: number; areas: { area: string; policies: number }[]; policies: { line: number; area: string; form: string; section?: number | null; no: boolean; values: { [member: string]: Json } }[]; unknown: { line: number; text: string }[] };
  };
  /** The newest answer to a command, secrets masked. */
  "GET /network/devices/{device}/output": {
    query: { command: string };
    body: undefined;
    answer: undefined;
  };
  /** List the commands a device has answered. */
  "GET /network/devices/{device}/outputs": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ command: string; at: string }>;
  };
  /** List the keys and certificates a device showed. */
  "GET /network/devices/{device}/pins": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; kind: "ssh" | "tls"; fingerprint: string; state: "pending" | "approved" | "refused" | "retired"; first_seen?: string | null; last_seen?: string | null; decided?: string | null; decided_by: string }>;
  };
  /** What stands in the way of managing a network device. */
  "GET /network/devices/{device}/readiness": {
    query: object;
    body: undefined;
    answer: { ready: boolean; remarks: { rule: string; blocks: boolean; text: string }[] };
  };
  /** List the schedules of network devices. */
  "GET /network/schedules": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; action: "discover" | "archive"; targets: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; enabled?: boolean | null; next?: string | null; last_run?: string | null; last_sessions: number; last_result: string; created: string; revision: number }>;
  };
  /** One schedule of network devices. */
  "GET /network/schedules/{schedule}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; action: "discover" | "archive"; targets: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; enabled?: boolean | null; next?: string | null; last_run?: string | null; last_sessions: number; last_result: string; created: string; revision: number };
  };
  /** List sessions with network devices, newest first. */
  "GET /network/sessions": {
    query: { device?: number; change?: number; action?: "test" | "discover" | "archive" | "run" | "change"; state?: "planned" | "running" | "ended"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; device: number; name: string; action: "test" | "discover" | "archive" | "run" | "change"; cause: string; started_by: string; state: "planned" | "running" | "ended"; result: string; text: string; transports: string; change?: number | null; planned?: string | null; begins?: string | null; started?: string | null; ended?: string | null; tries: number; steps: { step: string; ok: boolean; detail: string; at_ms: number }[] }>;
  };
  /** Show a session, with its steps so far. */
  "GET /network/sessions/{session}": {
    query: object;
    body: undefined;
    answer: { id: number; device: number; name: string; action: "test" | "discover" | "archive" | "run" | "change"; cause: string; started_by: string; state: "planned" | "running" | "ended"; result: string; text: string; transports: string; change?: number | null; planned?: string | null; begins?: string | null; started?: string | null; ended?: string | null; tries: number; steps: { step: string; ok: boolean; detail: string; at_ms: number }[] };
  };
  /** What was said, with secrets masked. */
  "GET /network/sessions/{session}/transcript": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** List the defaults of device types. */
  "GET /network/types": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ family: string; band?: string | null; transport?: string | null; allow_fallback?: boolean | null; profile?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; at_once?: number | null; responses?: { kind: "ok" | "warning" | "error" | "question"; pattern: string; command?: string | null; answer?: string | null }[] | null; built_in: boolean; known: { kind: "ok" | "warning" | "error" | "question"; text: string; command?: string | null; answer?: string | null }[] }>;
  };
  /** This description. */
  "GET /openapi.json": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** The tree of operating systems of your devices. */
  "GET /operating-systems": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ path: string; parent?: string | null; level: "all" | "family" | "product" | "version" | "arch" | "build"; name: string; devices: number }>;
  };
  /** What is wrong, what is due, what failed; each with the request that lists it. */
  "GET /overview": {
    query: object;
    body: undefined;
    answer: { at: string; devices?: { count: number; query: string } | null; not_seen?: { count: number; query: string } | null; reboots?: { count: number; query: string } | null; exposure?: { at: string; devices: number; affected: number; findings: number; exploited: number; undecided: number; query: string; affected_query: string; history?: { day: string; devices: number; affected: number; findings: number; exploited: number; undecided: number }[] | null } | null; worst?: { device: number; name: string; os: string; findings: number; query: string }[] | null; worst_query: string; cves?: { cve: string; added?: string | null; devices: number; definition: string; content: number; title: string; query: string }[] | null; cve_total?: number | null; due?: { count: number; query: string; items: { kind: "assess" | "report" | "patch" | "network"; id: number; name: string; local: string; utc: string; zone: string }[] } | null; run?: { id: number; name: string; task?: string | null; ended: string; devices: number; failed: number; query: string; states: { state: string; devices: number; query: string }[] } | null; patch_run?: { id: number; name: string; task?: string | null; ended: string; devices: number; failed: number; query: string; states: { state: string; devices: number; query: string }[] } | null; health?: { state: "good" | "attention" | "unknown"; query: string; checks: { name: string; state: "good" | "attention" | "unknown"; text: string }[] } | null };
  };
  /** The planned runs of 60 days as iCalendar. */
  "GET /patch-calendar": {
    query: { zone?: string };
    body: undefined;
    answer: undefined;
  };
  /** Patch configurations, the newest deployed first. */
  "GET /patch-configurations": {
    query: { archived?: boolean; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number }>;
  };
  /** One patch configuration, with advice. */
  "GET /patch-configurations/{configuration}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** Who agreed to which version. */
  "GET /patch-configurations/{configuration}/approvals": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ version: number; verdict: "approved" | "refused"; name: string; at: string; comment: string; signed: boolean }>;
  };
  /** What differs between two versions. */
  "GET /patch-configurations/{configuration}/diff": {
    query: { from?: number; to?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ field: string; before?: string | null; after?: string | null }>;
  };
  /** All groups beside its newest version, with counts. */
  "GET /patch-configurations/{configuration}/groups": {
    query: { os: "windows" | "macos" | "linux"; task?: "routine" | "priority" | "zero_day"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ group: number; name: string; dynamic: boolean; revision: number; counts: { windows: number; macos: number; linux: number; unknown: number; total: number }; choice: "none" | "include" | "exclude"; contained: { windows: boolean; macos: boolean; linux: boolean } }>;
  };
  /** The patches of a group, active through it or another. */
  "GET /patch-configurations/{configuration}/groups/{group}/patches": {
    query: { os?: "windows" | "macos" | "linux"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ patch: string; platform?: "windows" | "macos" | "linux" | null; title?: string | null; severity?: string | null; status: "active" | "not_active"; others: string[] }>;
  };
  /** The next runs of each task. */
  "GET /patch-configurations/{configuration}/preview": {
    query: { zone?: string; count?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ os: "windows" | "macos" | "linux"; task: "routine" | "priority" | "zero_day"; local: string; utc: string; rule: string; stage_local?: string | null; clipped: boolean }>;
  };
  /** The rings of a configuration. */
  "GET /patch-configurations/{configuration}/rings": {
    query: object;
    body: undefined;
    answer: { configuration: number; name: string; version: number; rings: { name: string; label: number; min_success: number; min_finished: number; stop_failed: number; promotion: "automatic" | "manual"; soak_hours: number; devices?: number | null; succeeded?: number | null; failed?: number | null }[]; state: "not_configured" | "waiting" | "running" | "paused" | "stopped" | "archived"; ring?: number | null; since?: string | null; reason: string; may_promote: boolean; updated?: string | null; revision?: number | null };
  };
  /** What its newest version means, in words. */
  "GET /patch-configurations/{configuration}/summary": {
    query: { zone?: string; lang?: "en" | "fr" | "nl" };
    body: undefined;
    answer: { windows: { os: string; tasks: { [member: string]: Json }[]; advice: { field: string; text: string; rule: string; confirm: boolean }[] }; macos: { os: string; tasks: { [member: string]: Json }[]; advice: { field: string; text: string; rule: string; confirm: boolean }[] }; linux: { os: string; tasks: { [member: string]: Json }[]; advice: { field: string; text: string; rule: string; confirm: boolean }[] } };
  };
  /** Its versions, newest first. */
  "GET /patch-configurations/{configuration}/versions": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ version: number; at: string; author: string; in_force: boolean; settings?: { [member: string]: Json } | null }>;
  };
  /** One version, whole. */
  "GET /patch-configurations/{configuration}/versions/{version}": {
    query: object;
    body: undefined;
    answer: { version: number; at: string; author: string; in_force: boolean; settings?: { [member: string]: Json } | null };
  };
  /** What an operator signs to approve a version. */
  "GET /patch-configurations/{configuration}/versions/{version}/statement": {
    query: object;
    body: undefined;
    answer: { statement: string; domain: string };
  };
  /** Tries of deploying on a device, newest first. */
  "GET /patch-deployments": {
    query: { device?: number; since?: string; until?: string; configuration?: number; run?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; device: number; name: string; configuration: number; configuration_name: string; version: number; task: string; run?: number | null; due?: string | null; catch_up: boolean; started?: string | null; ended?: string | null; outcome: "going on" | "done" | "error" | "skipped" | "missed"; ok: number; failed: number; groups?: { [member: string]: Json } | null; text: string }>;
  };
  /** Devices by what they lack, and which wait for a reboot. */
  "GET /patch-devices": {
    query: { state?: "patched" | "missing" | "pending reboot" | "no data"; q?: string; sort?: "name" | "missing" | "scanned"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; system: string; state: "patched" | "missing" | "pending reboot" | "no data"; missing?: number | null; installed?: number | null; scanned?: string | null; errors: string; scan_failed?: string | null; scan_failure: string; origin: string; configuration?: string | null; version?: number | null; reboot: boolean; reboot_since?: string | null; reboot_level: "none" | "advised" | "mandatory" | "critical"; reboot_reason: string; reboot_action: string }>;
  };
  /** Devices with the patches they lack or got, a row each. */
  "GET /patch-devices/details": {
    query: { kind?: "missing" | "installed"; device?: number; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ at?: string | null; device?: number | null; name?: string | null; patch?: string | null; package?: string | null; from?: string | null; to?: string | null; state?: string | null; code?: number | null; text?: string | null; deployment?: number | null; configuration?: string | null; version?: number | null; task?: string | null; run?: number | null; system?: string | null; missing?: number | null; installed?: number | null; scanned?: string | null; origin?: string | null; errors?: string | null; reboot?: boolean | null; reboot_since?: string | null; reboot_reason?: string | null; scan_failure?: string | null; title?: string | null; vendor?: string | null; product?: string | null; type?: "unknown" | "security" | "nonsecurity" | "bugfix" | "enhancement" | null; severity?: "unassigned" | "low" | "moderate" | "important" | "critical" | null; released?: string | null; cves?: string[] | null; exploited?: boolean | null; since?: string | null; packages?: { package: string; installed: string; fixed: string }[] | null; size?: number | null; held?: boolean | null; problem?: string | null }>;
  };
  /** Times in which nothing is deployed. */
  "GET /patch-freezes": {
    query: { active?: boolean; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; label?: number | null; reason: string; author: string; created: string; begins: string; ends: string; active: boolean; lifted?: string | null; lifted_by: string; revision?: number | null }>;
  };
  /** One freeze. */
  "GET /patch-freezes/{freeze}": {
    query: object;
    body: undefined;
    answer: { id: number; label?: number | null; reason: string; author: string; created: string; begins: string; ends: string; active: boolean; lifted?: string | null; lifted_by: string; revision?: number | null };
  };
  /** Patch groups, by name. */
  "GET /patch-groups": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; description: string; owner: string; dynamic: boolean; filter?: { [member: string]: Json } | null; patches: number; created: string; changed: string; revision: number }>;
  };
  /** One patch group. */
  "GET /patch-groups/{group}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; description: string; owner: string; dynamic: boolean; filter?: { [member: string]: Json } | null; patches: number; created: string; changed: string; revision: number };
  };
  /** The patches of a group, also of an older revision. */
  "GET /patch-groups/{group}/patches": {
    query: { revision?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ patch: string; os?: string | null; title?: string | null; severity?: string | null }>;
  };
  /** Who changed it when. */
  "GET /patch-groups/{group}/revisions": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ revision: number; at: string; author: string }>;
  };
  /** Every state that patches came into, newest first. */
  "GET /patch-history": {
    query: { device?: number; since?: string; until?: string; patch?: string; deployment?: number; state?: "queued" | "staged" | "downloading" | "waiting for reboot" | "installing" | "installed" | "pending reboot" | "failed" | "skipped" | "superseded" | "cancelled" | "missed"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; at: string; device: number; name: string; deployment: number; patch: string; package: string; from: string; to: string; state: string; code: number; text: string }>;
  };
  /** Deployments over time, and the ten top failures. */
  "GET /patch-history/totals": {
    query: { device?: number; since?: string; until?: string };
    body: undefined;
    answer: { successful: number; failed: number; in_progress: number; days: { day?: string | null; ok: number; failed: number }[]; failures: { patch: string; devices: number; text: string }[] };
  };
  /** What is held back, newest first. */
  "GET /patch-holds": {
    query: { active?: boolean; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; kind: "patch" | "package" | "cve"; target: string; label?: number | null; reason: string; author: string; created: string; until?: string | null; active: boolean; lifted?: string | null; lifted_by: string; revision?: number | null }>;
  };
  /** One hold. */
  "GET /patch-holds/{hold}": {
    query: object;
    body: undefined;
    answer: { id: number; kind: "patch" | "package" | "cve"; target: string; label?: number | null; reason: string; author: string; created: string; until?: string | null; active: boolean; lifted?: string | null; lifted_by: string; revision?: number | null };
  };
  /** Compliance report sets with their scores. */
  "GET /patch-report-sets": {
    query: { archived?: boolean; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; configurations: number[]; groups: string[]; levels: string[]; threshold: number; stale_days: number; within_sla: boolean; schedule?: { [member: string]: Json } | null; zone: string; archived: boolean; owner: string; score: string; met?: boolean | null; endpoints?: number | null; compliant?: number | null; no_data?: number | null; pending?: number | null; last_run?: string | null; revision: number }>;
  };
  /** One report set. */
  "GET /patch-report-sets/{set}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; configurations: number[]; groups: string[]; levels: string[]; threshold: number; stale_days: number; within_sla: boolean; schedule?: { [member: string]: Json } | null; zone: string; archived: boolean; owner: string; score: string; met?: boolean | null; endpoints?: number | null; compliant?: number | null; no_data?: number | null; pending?: number | null; last_run?: string | null; revision: number };
  };
  /** Its devices, compliant or not, as they are now. */
  "GET /patch-report-sets/{set}/devices": {
    query: { state?: "compliant" | "not compliant" | "pending reboot" | "no data"; q?: string; sort?: "name" | "missing" | "scanned"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; system: string; state: "compliant" | "not compliant" | "pending reboot" | "no data"; missing: number; lacks: number; installed: number; scanned?: string | null }>;
  };
  /** Its scores, newest first. */
  "GET /patch-report-sets/{set}/scores": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ at: string; score: string; endpoints: number; compliant: number; no_data: number; pending: number }>;
  };
  /** Templates of reports about patches. */
  "GET /patch-report-templates": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; source: "history" | "scan"; columns: string[]; filter: { [member: string]: Json }; owner: string; created: string; revision: number }>;
  };
  /** One template. */
  "GET /patch-report-templates/{template}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; source: "history" | "scan"; columns: string[]; filter: { [member: string]: Json }; owner: string; created: string; revision: number };
  };
  /** What a template says now: a page, or all of it as a file. */
  "GET /patch-report-templates/{template}/rows": {
    query: { format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ at?: string | null; device?: number | null; name?: string | null; patch?: string | null; package?: string | null; from?: string | null; to?: string | null; state?: string | null; code?: number | null; text?: string | null; deployment?: number | null; configuration?: string | null; version?: number | null; task?: string | null; run?: number | null; system?: string | null; missing?: number | null; installed?: number | null; scanned?: string | null; origin?: string | null; errors?: string | null; reboot?: boolean | null; reboot_since?: string | null; reboot_reason?: string | null; scan_failure?: string | null; title?: string | null; vendor?: string | null; product?: string | null; type?: "unknown" | "security" | "nonsecurity" | "bugfix" | "enhancement" | null; severity?: "unassigned" | "low" | "moderate" | "important" | "critical" | null; released?: string | null; cves?: string[] | null; exploited?: boolean | null; since?: string | null; packages?: { package: string; installed: string; fixed: string }[] | null; size?: number | null; held?: boolean | null; problem?: string | null }>;
  };
  /** Configurations and how far their rings are. */
  "GET /patch-rollouts": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ configuration: number; name: string; version: number; rings: { name: string; label: number; min_success: number; min_finished: number; stop_failed: number; promotion: "automatic" | "manual"; soak_hours: number; devices?: number | null; succeeded?: number | null; failed?: number | null }[]; state: "not_configured" | "waiting" | "running" | "paused" | "stopped" | "archived"; ring?: number | null; since?: string | null; reason: string; may_promote: boolean; updated?: string | null; revision?: number | null }>;
  };
  /** Runs of patching, newest first. */
  "GET /patch-runs": {
    query: { configuration?: number; state?: "approval" | "running" | "ended" | "refused" | "cancelled"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; kind: "deploy" | "stage" | "scan" | "reboot"; configuration?: number | null; version?: number | null; task?: string | null; cause: "now" | "schedule" | "ring"; ring?: number | null; state: "approval" | "running" | "ended" | "refused" | "cancelled"; started_by: string; due?: string | null; started: string; ended?: string | null; patches: string[]; devices: number }>;
  };
  /** One run. */
  "GET /patch-runs/{run}": {
    query: object;
    body: undefined;
    answer: { id: number; kind: "deploy" | "stage" | "scan" | "reboot"; configuration?: number | null; version?: number | null; task?: string | null; cause: "now" | "schedule" | "ring"; ring?: number | null; state: "approval" | "running" | "ended" | "refused" | "cancelled"; started_by: string; due?: string | null; started: string; ended?: string | null; patches: string[]; devices: number };
  };
  /** What became of each device. */
  "GET /patch-runs/{run}/devices": {
    query: { state?: string; limit?: number; after?: string };
    body: undefined;
    answer: List<{ run: number; device: number; name: string; state: string; due?: string | null; started?: string | null; ended?: string | null; text: string }>;
  };
  /** How long patches may be missing, and how many are late. */
  "GET /patch-sla": {
    query: object;
    body: undefined;
    answer: { severities: { name: string; days: number }[]; risks: { name: string; days: number }[]; near_days: number; from: "missing" | "released"; devices: number; over: number; near: number; within: number; no_data: number };
  };
  /** Devices by how late their patches are. */
  "GET /patch-sla/devices": {
    query: { state?: "over" | "near" | "within" | "none"; q?: string; sort?: "deadline" | "over" | "name"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; state: "over" | "near" | "within" | "none"; over: number; near: number; within: number; none: number; patch: string; deadline?: string | null }>;
  };
  /** Patches that are known, newest first. */
  "GET /patches": {
    query: { filter?: string; q?: string; affects?: boolean; superseded?: boolean; unpatched?: "any" | "none" | "1-9" | "10-49" | "50-99" | "100+"; sla?: "over" | "near"; sort?: "released" | "patch" | "severity" | "unpatched" | "cvss" | "rating" | "vendor" | "over"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; patch: string; os: "windows" | "macos" | "linux"; type: "unknown" | "security" | "nonsecurity" | "bugfix" | "enhancement"; severity: "unassigned" | "low" | "moderate" | "important" | "critical"; vendor: string; product: string; version: string; title: string; released?: string | null; source: "import" | "advisory" | "report" | "agent"; added: string; cves: number; exploited: boolean; cvss?: string | null; rating?: string | null; preview: boolean; enablement: boolean; superseded?: boolean | null; without_advisory: boolean; download: "automatic" | "sideload_required" | "sideload_in_progress" | "uploaded"; unpatched?: number | null; over_sla?: number | null; near_sla?: number | null; votes?: number | null }>;
  };
  /** What came lately, and what of it affects you. */
  "GET /patches/charts": {
    query: object;
    body: undefined;
    answer: { days: number; vendors: { name: string; patches: number }[]; types: { name: string; patches: number }[]; severities: { name: string; patches: number }[]; affecting: number; exploited: number; vulnerabilities: number; devices_over_sla: number; devices_near_sla: number; patch_tuesday: { vendor: string; severity: string; patches: number }[]; scanned: number; never_scanned: number };
  };
  /** One patch: CVEs, chains, groups. */
  "GET /patches/{patch}": {
    query: object;
    body: undefined;
    answer: { patch: { id: number; patch: string; os: "windows" | "macos" | "linux"; type: "unknown" | "security" | "nonsecurity" | "bugfix" | "enhancement"; severity: "unassigned" | "low" | "moderate" | "important" | "critical"; vendor: string; product: string; version: string; title: string; released?: string | null; source: "import" | "advisory" | "report" | "agent"; added: string; cves: number; exploited: boolean; cvss?: string | null; rating?: string | null; preview: boolean; enablement: boolean; superseded?: boolean | null; without_advisory: boolean; download: "automatic" | "sideload_required" | "sideload_in_progress" | "uploaded"; unpatched?: number | null; over_sla?: number | null; near_sla?: number | null; votes?: number | null }; cves: { id: string; cvss_2_0?: string | null; cvss_3_0?: string | null; cvss_3_1?: string | null; cvss_4_0?: string | null; rating?: string | null; exploited: boolean }[]; packages: string[]; supersedes: string[]; superseded_by: string[]; requires: string[]; groups: string[] };
  };
  /** The devices that lack it. */
  "GET /patches/{patch}/devices": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; since?: string | null; sla: "none" | "within" | "near" | "over"; deadline?: string | null }>;
  };
  /** List the permissions that there are. */
  "GET /permissions": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ name: string }>;
  };
  /** What queries on devices can ask for. */
  "GET /query-fields": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ name: string; type: "text" | "version" | "number" | "time" | "address"; help: string }>;
  };
  /** This server's version, the newest one, and known flaws. */
  "GET /release": {
    query: object;
    body: undefined;
    answer: { version: string; newest?: string | null; newer: boolean; released?: string | null; security: boolean; notes?: string | null; url?: string | null; apply?: string | null; heard?: string | null; stale: boolean; problem?: string | null; flaws: { component: string; version: string; fixed: string; cve: string; severity: string; title: string }[]; components: { name: string; version: string }[] };
  };
  /** List the reports that are sent by a schedule. */
  "GET /report-schedules": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; report: "summary" | "compliance" | "patch_missing" | "patch_installed" | "patch_template" | "patch_set"; query?: { content?: number | null; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated" | null; show?: "all" | "failed" | "errors" | null; q?: string | null; sort?: "id" | "title" | "failed" | "name" | "device" | "missing" | "scanned" | null; device?: number | null; template?: number | null; set?: number | null; state?: "compliant" | "not compliant" | "pending reboot" | "no data" | null } | null; format?: "csv" | "html" | "pdf" | "xlsx" | null; lang?: "en" | "fr" | "nl" | null; schedule: { [member: string]: Json }; zone?: string | null; mail_to?: string | null; webhook?: string | null; enabled?: boolean | null; owner: number; last_sent?: string | null; last_result: string; waiting: boolean; webhook_secret?: string | null; revision: number }>;
  };
  /** One report schedule. */
  "GET /report-schedules/{schedule}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; report: "summary" | "compliance" | "patch_missing" | "patch_installed" | "patch_template" | "patch_set"; query?: { content?: number | null; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated" | null; show?: "all" | "failed" | "errors" | null; q?: string | null; sort?: "id" | "title" | "failed" | "name" | "device" | "missing" | "scanned" | null; device?: number | null; template?: number | null; set?: number | null; state?: "compliant" | "not compliant" | "pending reboot" | "no data" | null } | null; format?: "csv" | "html" | "pdf" | "xlsx" | null; lang?: "en" | "fr" | "nl" | null; schedule: { [member: string]: Json }; zone?: string | null; mail_to?: string | null; webhook?: string | null; enabled?: boolean | null; owner: number; last_sent?: string | null; last_result: string; waiting: boolean; webhook_secret?: string | null; revision: number };
  };
  /** What the tests found on each device. */
  "GET /reports/compliance": {
    query: { content?: number; q?: string; sort?: "name" | "device" | "failed"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; inventory_id: string; name: string; os: string; last_run?: string | null; content: { id: number; platform: string; source: string; version?: string | null; imported?: string | null; active?: boolean | null }; tests: number; failed: number; errors: number; not_applicable: number; duration_ms: number; disagree: number }>;
  };
  /** What the server says of itself, made every day. */
  "GET /reports/self": {
    query: object;
    body: undefined;
    answer: { at: string; version: string; checks: { name: string; state: "good" | "attention" | "unknown"; text: string; count?: number | null; names?: string[] | null; device?: number | null; until?: string | null; at?: string | null; newest?: string | null; flaws?: { component: string; version: string; fixed: string; cve: string; severity: string; title: string }[] | null; components?: { name: string; version: string }[] | null }[] };
  };
  /** What each test found since the last definition update. */
  "GET /reports/summary": {
    query: { content?: number; run?: number; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated"; show?: "all" | "failed" | "errors"; q?: string; sort?: "id" | "title" | "failed"; format?: "json" | "csv" | "html" | "pdf" | "xlsx"; lang?: "en" | "fr" | "nl"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: string; content: number; title: string; cves: string[]; class: string; status: string; severity: { value: string; source?: string | null }; tested: number; failed: number; errors: number; last_run?: string | null }>;
  };
  /** List the roles. */
  "GET /roles": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string; permissions: string[]; labels: number[]; built_in: boolean; users: number; revision: number }>;
  };
  /** Show a role. */
  "GET /roles/{role}": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; permissions: string[]; labels: number[]; built_in: boolean; users: number; revision: number };
  };
  /** List the runs, newest first. */
  "GET /runs": {
    query: { configuration?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; configuration: number; configuration_name: string; configuration_revision: number; cause: string; started_by: string; due?: string | null; started: string; ended?: string | null; devices: number; targets?: { [member: string]: Json } | null; states?: { [member: string]: Json } | null }>;
  };
  /** One run, with its devices by state. */
  "GET /runs/{run}": {
    query: object;
    body: undefined;
    answer: { id: number; configuration: number; configuration_name: string; configuration_revision: number; cause: string; started_by: string; due?: string | null; started: string; ended?: string | null; devices: number; targets?: { [member: string]: Json } | null; states?: { [member: string]: Json } | null };
  };
  /** What became of each device of a run. */
  "GET /runs/{run}/devices": {
    query: { state?: "planned" | "due" | "queued" | "taken" | "waiting" | "started" | "done" | "error" | "skipped" | "missed" | "refused" | "unavailable" | "coalesced" | "cancelled"; limit?: number; after?: string };
    body: undefined;
    answer: List<{ device: number; name: string; state: "planned" | "due" | "queued" | "taken" | "waiting" | "started" | "done" | "error" | "skipped" | "missed" | "refused" | "unavailable" | "coalesced" | "cancelled"; due?: string | null; started?: string | null; ended?: string | null; text?: string | null }>;
  };
  /** Who is logged in, and may do what. */
  "GET /session": {
    query: object;
    body: undefined;
    answer: { user: number; login: string; name: string; source: string; organisation: { id: number; name: string }; permissions: string[]; all_devices: boolean; session?: number | null; token?: number | null; second_factor: boolean; second_factor_required: boolean };
  };
  /** List the organisations one has an account in. */
  "GET /session/organisations": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; name: string }>;
  };
  /** List the sessions. */
  "GET /sessions": {
    query: { everyone?: boolean; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; user: number; login: string; method: string; peer: string; created: string; last_used: string; expires: string; current: boolean }>;
  };
  /** List the settings, with values in force and defaults. */
  "GET /settings": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ name: string; type: "integer" | "boolean" | "text" | "enum" | "secret"; value?: string | null; set: boolean; default: string; help: string; words?: string[] | null }>;
  };
  /** Whether there is no user yet. */
  "GET /setup": {
    query: object;
    body: undefined;
    answer: { needed: boolean };
  };
  /** Where the provider sends the browser back to. */
  "GET /sign-on/oidc/callback": {
    query: { code?: string; state?: string; error?: string; error_description?: string; error_uri?: string; iss?: string; session_state?: string; scope?: string };
    body: undefined;
    answer: undefined;
  };
  /** The metadata of this server, for the identity provider. */
  "GET /sign-on/saml/{organisation}/metadata": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** List what is and was staged: staged, fetched, confirmed. */
  "GET /staged": {
    query: { device?: number; open?: boolean; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; device: number; device_name: string; kind: "image" | "asdm" | "configuration"; state: "waiting" | "refused" | "staged" | "fetched" | "confirmed" | "partial" | "failed" | "expired" | "replaced"; title: string; file: string; delta: boolean; version?: string | null; md5: string; size: number; lines: number; fetches: number; applied_lines?: number | null; told?: string | null; author?: string | null; created: string; decider?: string | null; decided?: string | null; decision?: string | null; fetched?: string | null; ended?: string | null; expires: string }>;
  };
  /** One staged configuration, with secrets masked. */
  "GET /staged/{staged}": {
    query: object;
    body: undefined;
    answer: { id: number; device: number; device_name: string; kind: "image" | "asdm" | "configuration"; state: "waiting" | "refused" | "staged" | "fetched" | "confirmed" | "partial" | "failed" | "expired" | "replaced"; title: string; file: string; delta: boolean; version?: string | null; md5: string; size: number; lines: number; fetches: number; applied_lines?: number | null; told?: string | null; author?: string | null; created: string; decider?: string | null; decided?: string | null; decision?: string | null; fetched?: string | null; ended?: string | null; expires: string; configuration?: string | null; remaining?: string | null; warnings?: string[] | null };
  };
  /** Its text, with secrets masked. */
  "GET /staged/{staged}/text": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** What is planned, soonest first. */
  "GET /tasks": {
    query: { days?: number; limit?: number; after?: string };
    body: undefined;
    answer: List<{ kind: "assess" | "report" | "patch" | "network"; id: number; name: string; local: string; utc: string; zone: string }>;
  };
  /** List the API tokens. */
  "GET /tokens": {
    query: { everyone?: boolean; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; user: number; login: string; name: string; permissions: string[]; created: string; expires: string; last_used?: string | null; token?: string | null }>;
  };
  /** List Plug-n-Play devices that nobody has claimed. */
  "GET /unclaimed-devices": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; server: number; serial: string; product?: string | null; hostname?: string | null; version?: string | null; platform?: string | null; address: string; first_seen: string; last_seen: string }>;
  };
  /** List the users. */
  "GET /users": {
    query: { text?: string; limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; login: string; name: string; email: string; source: "local" | "ldap" | "oidc" | "saml" | "member"; disabled: boolean; second_factor: boolean; roles: number[]; created: string; last_login?: string | null; locked_until?: string | null; revision: number }>;
  };
  /** Show a user. */
  "GET /users/{user}": {
    query: object;
    body: undefined;
    answer: { id: number; login: string; name: string; email: string; source: "local" | "ldap" | "oidc" | "saml" | "member"; disabled: boolean; second_factor: boolean; roles: number[]; created: string; last_login?: string | null; locked_until?: string | null; revision: number };
  };
  /** The server's version and time. */
  "GET /version": {
    query: object;
    body: undefined;
    answer: { version: string; time: string };
  };
  /** List the waivers, expired ones as well. */
  "GET /waivers": {
    query: { limit?: number; after?: string };
    body: undefined;
    answer: List<{ id: number; rule: string; device?: number | null; label?: number | null; reason: string; author: string; created: string; expires: string; expired: boolean }>;
  };
  /** One waiver. */
  "GET /waivers/{waiver}": {
    query: object;
    body: undefined;
    answer: { id: number; rule: string; device?: number | null; label?: number | null; reason: string; author: string; created: string; expires: string; expired: boolean };
  };
  /** Rename, annotate, retire a device; set its time zone. */
  "PATCH /devices/{device}": {
    query: object;
    body: { name?: string | null; time_zone?: string | null; notes?: string | null; retired?: boolean | null };
    answer: { id: number; name: string; hostname: string; kind: "agent" | "agentless" | "network"; os: { family: string; id: string; version: string; build: string; arch: string; kernel: string; name: string }; manager: string; time_zone: string; time_zone_set?: string | null; agent_version: string; addresses: string[]; memory_mb?: number | null; sessions: number; created: string; last_seen?: string | null; last_inventory?: string | null; boot_time?: string | null; retired?: string | null; labels: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; since: string }[]; assessment: { available: boolean; reason?: string | null }; revision: number; notes: string; machine_id: string; download: string; hardware?: { vendor: string; model: string; serial: string; cpu: string; cpus: number; memory_mb: number; disk_mb: number; virtualisation: string } | null; interfaces?: { name: string; mac: string; addresses: string[] }[] | null; users?: { name: string; terminal: string; since?: string | null }[] | null };
  };
  /** Say how often it polls, and its DeviceID. */
  "PATCH /fetching-devices/{device}": {
    query: object;
    body: { event_id?: string | null; poll_minutes?: number | null; retry_count?: number | null; retry_minutes?: number | null };
    answer: { device: number; name: string; family: string; server: number; protocol: "aus" | "cns" | "pnp"; identity: string; event_id?: string | null; has_password: boolean; poll_minutes: number; retry_count: number; retry_minutes: number; last_seen?: string | null; last_address?: string | null; next_poll?: string | null; overdue: boolean; facts?: { [member: string]: Json } | null; revision: number };
  };
  /** Change a label; its kind stays. */
  "PATCH /labels/{label}": {
    query: object;
    body: { name?: string | null; query?: string | null; notes?: string | null; download_url?: string | null; parent?: number | null };
    answer: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; query: string; notes: string; download_url: string; parent?: number | null; members: number; pending: boolean; evaluated?: string | null; problem: string; created: string; revision: number };
  };
  /** Change for whom a credential holds. */
  "PATCH /network/credentials/{credential}": {
    query: object;
    body: { name?: string | null; login?: string | null; realm?: string | null; label?: number | null };
    answer: { id: number; name: string; login?: string | null; realm?: string | null; label?: number | null; vault: string; has_password: boolean; has_enable_password: boolean; has_private_key: boolean; key: string; previous_until?: string | null; created: string; changed: string; changed_by: string; devices: number; revision: number };
  };
  /** Change how a network device is reached. */
  "PATCH /network/devices/{device}": {
    query: object;
    body: { name?: string | null; family?: string | null; version?: string | null; model?: string | null; address?: string | null; port?: number | null; ssh_port?: number | null; transport?: string | null; allow_fallback?: boolean | null; allow_clear?: boolean | null; profile?: string | null; credential?: number | null; realm?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; server?: number | null; identity?: string | null; license_supports_failover?: boolean | null; confirmed?: boolean | null; notes?: string | null };
    answer: { id: number; name: string; family: string; version?: string | null; model?: string | null; address?: string | null; port?: number | null; ssh_port?: number | null; transport?: string | null; allow_fallback?: boolean | null; allow_clear?: boolean | null; profile?: string | null; credential?: number | null; realm?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; server?: number | null; identity?: string | null; license_supports_failover?: boolean | null; confirmed?: boolean | null; notes?: string | null; hostname: string; serial: string; image: string; encryption_3des_aes?: boolean | null; reach: "never" | "ok" | "failed"; reach_text: string; reach_transport: string; last_contact?: string | null; last_discovery?: string | null; last_address: string; config: number; revision: number; ways: { transport: string; port: number }[]; no_way?: string | null; inherits_transport: boolean; facts?: { [member: string]: Json } | null };
  };
  /** Change a schedule of network devices. */
  "PATCH /network/schedules/{schedule}": {
    query: object;
    body: { name?: string | null; action?: "discover" | "archive" | null; targets?: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null; user?: number | null } | null; schedule?: { [member: string]: Json } | null; zone?: string | null; enabled?: boolean | null; confirm_all?: boolean | null };
    answer: { id: number; name: string; action: "discover" | "archive"; targets: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; enabled?: boolean | null; next?: string | null; last_run?: string | null; last_sessions: number; last_result: string; created: string; revision: number };
  };
  /** Rename one's organisation. */
  "PATCH /organisation": {
    query: object;
    body: { name: string };
    answer: { id: number; name: string };
  };
  /** Change what it is called. */
  "PATCH /patch-groups/{group}": {
    query: object;
    body: { name?: string | null; description?: string | null; filter?: { [member: string]: Json } | null };
    answer: { id: number; name: string; description: string; owner: string; dynamic: boolean; filter?: { [member: string]: Json } | null; patches: number; created: string; changed: string; revision: number };
  };
  /** Change a report schedule; it is the caller's then. */
  "PATCH /report-schedules/{schedule}": {
    query: object;
    body: { name?: string | null; report?: "summary" | "compliance" | "patch_missing" | "patch_installed" | "patch_template" | "patch_set" | null; query?: { content?: number | null; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated" | null; show?: "all" | "failed" | "errors" | null; q?: string | null; sort?: "id" | "title" | "failed" | "name" | "device" | "missing" | "scanned" | null; device?: number | null; template?: number | null; set?: number | null; state?: "compliant" | "not compliant" | "pending reboot" | "no data" | null } | null; format?: "csv" | "html" | "pdf" | "xlsx" | null; lang?: "en" | "fr" | "nl" | null; schedule?: { [member: string]: Json } | null; zone?: string | null; mail_to?: string | null; webhook?: string | null; enabled?: boolean | null };
    answer: { id: number; name: string; report: "summary" | "compliance" | "patch_missing" | "patch_installed" | "patch_template" | "patch_set"; query?: { content?: number | null; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated" | null; show?: "all" | "failed" | "errors" | null; q?: string | null; sort?: "id" | "title" | "failed" | "name" | "device" | "missing" | "scanned" | null; device?: number | null; template?: number | null; set?: number | null; state?: "compliant" | "not compliant" | "pending reboot" | "no data" | null } | null; format?: "csv" | "html" | "pdf" | "xlsx" | null; lang?: "en" | "fr" | "nl" | null; schedule: { [member: string]: Json }; zone?: string | null; mail_to?: string | null; webhook?: string | null; enabled?: boolean | null; owner: number; last_sent?: string | null; last_result: string; waiting: boolean; webhook_secret?: string | null; revision: number };
  };
  /** Change settings. */
  "PATCH /settings": {
    query: object;
    body: { values: { [member: string]: Json } };
    answer: undefined;
  };
  /** Change a user's name, state or roles. */
  "PATCH /users/{user}": {
    query: object;
    body: { name?: string | null; email?: string | null; disabled?: boolean | null; roles?: number[] | null };
    answer: { id: number; login: string; name: string; email: string; source: "local" | "ldap" | "oidc" | "saml" | "member"; disabled: boolean; second_factor: boolean; roles: number[]; created: string; last_login?: string | null; locked_until?: string | null; revision: number };
  };
  /** Save a filter; one of that list and name is replaced. */
  "POST /account/filters": {
    query: object;
    body: { list: string; name: string; query: string };
    answer: { id: number; list: string; name: string; query: string };
  };
  /** Start making a second factor (TOTP). */
  "POST /account/second-factor": {
    query: object;
    body: { password: string };
    answer: { uri: string; secret: string };
  };
  /** Take one's own second factor away. */
  "POST /account/second-factor/removal": {
    query: object;
    body: { password: string };
    answer: undefined;
  };
  /** Import a file of advisories. */
  "POST /advisories": {
    query: { name: string; source?: string; release?: string };
    body: Blob;
    answer: { format: string; source: string; advisories: number };
  };
  /** Make a backup of the whole store, sealed by a passphrase, and read it back. */
  "POST /backups": {
    query: object;
    body: { passphrase: string };
    answer: { id: number; file: string; state: "making" | "done" | "failed"; checking: boolean; checked?: string | null; there: boolean; author: string; started: string; ended?: string | null; tables: number; rows: number; size: number; text?: string | null };
  };
  /** Read a backup back from its first to its last byte. */
  "POST /backups/{backup}/check": {
    query: object;
    body: { passphrase: string };
    answer: { id: number; file: string; state: "making" | "done" | "failed"; checking: boolean; checked?: string | null; there: boolean; author: string; started: string; ended?: string | null; tables: number; rows: number; size: number; text?: string | null };
  };
  /** Upload SCAP content or a tailoring; it is validated. */
  "POST /benchmarks": {
    query: { name: string; sha256?: string };
    body: Blob;
    answer: { id: number; kind: "benchmark" | "tailoring"; name: string; sha256: string; size: number; uploaded?: string | null; uploaded_by?: string | null; content: { [member: string]: Json } };
  };
  /** Make a configuration. */
  "POST /configurations": {
    query: object;
    body: { name: string; enabled: boolean; while_logged_off: boolean; wake?: boolean | null; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; nice?: number | null; memory_mb?: number | null; limit_s?: number | null; scap?: { content: number; stream?: string | null; benchmark?: string | null; profile?: string | null; tailoring?: number | null } | null; confirm_all?: boolean | null };
    answer: { id: number; name: string; enabled: boolean; while_logged_off: boolean; wake?: boolean | null; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; nice?: number | null; memory_mb?: number | null; limit_s?: number | null; scap?: { content: number; stream?: string | null; benchmark?: string | null; profile?: string | null; tailoring?: number | null } | null; enabled_at?: string | null; created?: string | null; revision: number; advice?: string | null };
  };
  /** Run it now, on its targets that you see. */
  "POST /configurations/{configuration}/run": {
    query: object;
    body: undefined;
    answer: { id: number; configuration: number; configuration_name: string; configuration_revision: number; cause: string; started_by: string; due?: string | null; started: string; ended?: string | null; devices: number; targets?: { [member: string]: Json } | null; states?: { [member: string]: Json } | null };
  };
  /** Bring new content into use. */
  "POST /contents": {
    query: { source: string; platform?: string; allow_older?: boolean };
    body: Blob;
    answer: { id: number; platform: string; source: string; digest: string; size: number; definitions: number; feed_time?: string | null; imported?: string | null; active: boolean; unchanged?: boolean | null };
  };
  /** Give a label to all devices that a definition affects. */
  "POST /definition/label": {
    query: object;
    body: { id: string; content?: number | null; label?: number | null; new_label?: string | null };
    answer: { action?: number | null; label: number; affected: number; labelled: number; already: number };
  };
  /** Bring an image, the body, for network devices to fetch. */
  "POST /device-images": {
    query: { name: string; kind?: "image" | "asdm"; version?: string; md5?: string };
    body: Blob;
    answer: { id: number; kind: "image" | "asdm"; name: string; version: string; md5: string; sha256: string; size: number; author?: string | null; created: string; uses: number };
  };
  /** Describe a server that network devices fetch from. */
  "POST /device-servers": {
    query: object;
    body: { kind: "aus" | "ce" | "pnp"; name: string; address: string; port?: number | null; tls?: boolean | null; xml?: boolean | null; networks?: string | null };
    answer: { id: number; kind: "aus" | "ce" | "pnp"; name: string; address: string; port: number; tls: boolean; xml: boolean; networks: string; devices: number; dhcp_option_43?: string | null; revision: number };
  };
  /** Add a device that has no agent. */
  "POST /devices": {
    query: object;
    body: { name: string; time_zone?: string | null; notes?: string | null; label?: number | null };
    answer: { id: number; name: string; hostname: string; kind: "agent" | "agentless" | "network"; os: { family: string; id: string; version: string; build: string; arch: string; kernel: string; name: string }; manager: string; time_zone: string; time_zone_set?: string | null; agent_version: string; addresses: string[]; memory_mb?: number | null; sessions: number; created: string; last_seen?: string | null; last_inventory?: string | null; boot_time?: string | null; retired?: string | null; labels: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; since: string }[]; assessment: { available: boolean; reason?: string | null }; revision: number; notes: string; machine_id: string; download: string; hardware?: { vendor: string; model: string; serial: string; cpu: string; cpus: number; memory_mb: number; disk_mb: number; virtualisation: string } | null; interfaces?: { name: string; mac: string; addresses: string[] }[] | null; users?: { name: string; terminal: string; since?: string | null }[] | null };
  };
  /** What a device of Windows or macOS lacks. */
  "POST /devices/{device}/patch-report": {
    query: object;
    body: { os: "windows" | "macos"; collected?: string | null; installed?: number | null; missing: string[]; catalogue?: { [member: string]: Json } | null; reboot?: { needed: boolean; reason?: string | null; level?: "advised" | "mandatory" | "critical" | null } | null; tool?: string | null };
    answer: { device: number; missing: number; unknown: string[] };
  };
  /** What became of such a job. */
  "POST /devices/{device}/patch-results": {
    query: object;
    body: { run: number; started?: string | null; done: boolean; outcomes: { patch: string; state: "queued" | "staged" | "downloading" | "waiting for reboot" | "installing" | "installed" | "pending reboot" | "failed" | "skipped" | "superseded" | "cancelled" | "missed"; code?: number | null; text?: string | null }[]; reboot?: { needed: boolean; reason?: string | null; level?: "advised" | "mandatory" | "critical" | null } | null };
    answer: { deployment: number };
  };
  /** End the trust in a device: its certificates and jobs. */
  "POST /devices/{device}/revoke": {
    query: object;
    body: { reason: string };
    answer: { certificates: number };
  };
  /** Make a token for one device. */
  "POST /enrol-tokens": {
    query: object;
    body: { label?: number | null; life_s?: number | null };
    answer: { id: number; token: string; expires: string; fingerprint?: string | null; server?: string | null };
  };
  /** Stage an image for it to fetch. It waits for a second person. */
  "POST /fetching-devices/{device}/images": {
    query: object;
    body: { image: number; title?: string | null; hours?: number | null };
    answer: { id: number; device: number; device_name: string; kind: "image" | "asdm" | "configuration"; state: "waiting" | "refused" | "staged" | "fetched" | "confirmed" | "partial" | "failed" | "expired" | "replaced"; title: string; file: string; delta: boolean; version?: string | null; md5: string; size: number; lines: number; fetches: number; applied_lines?: number | null; told?: string | null; author?: string | null; created: string; decider?: string | null; decided?: string | null; decision?: string | null; fetched?: string | null; ended?: string | null; expires: string };
  };
  /** Make the password it logs in with; told this once. */
  "POST /fetching-devices/{device}/password": {
    query: object;
    body: undefined;
    answer: { user: string; password: string; url: string };
  };
  /** Stage a configuration, the body, for it to fetch: whole for Auto Update and Plug-n-Play, what is to change otherwise. It waits for a second person. */
  "POST /fetching-devices/{device}/staged": {
    query: { title?: string; hours?: number };
    body: Blob;
    answer: { id: number; device: number; device_name: string; kind: "image" | "asdm" | "configuration"; state: "waiting" | "refused" | "staged" | "fetched" | "confirmed" | "partial" | "failed" | "expired" | "replaced"; title: string; file: string; delta: boolean; version?: string | null; md5: string; size: number; lines: number; fetches: number; applied_lines?: number | null; told?: string | null; author?: string | null; created: string; decider?: string | null; decided?: string | null; decision?: string | null; fetched?: string | null; ended?: string | null; expires: string };
  };
  /** Take a label from the devices that had got it so. */
  "POST /label-actions/{action}/undo": {
    query: object;
    body: undefined;
    answer: { removed: number; gone: number };
  };
  /** Make a label. */
  "POST /labels": {
    query: object;
    body: { name: string; kind: "manual" | "smart" | "ldap" | "group"; query?: string | null; notes?: string | null; download_url?: string | null; parent?: number | null };
    answer: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; query: string; notes: string; download_url: string; parent?: number | null; members: number; pending: boolean; evaluated?: string | null; problem: string; created: string; revision: number };
  };
  /** How many devices match a query, and the first of them. */
  "POST /labels/preview": {
    query: { limit?: number; after?: string };
    body: { query: string; limit?: number | null };
    answer: List<{ id: number; name: string; hostname: string; kind: "agent" | "agentless" | "network"; os: { family: string; id: string; version: string; build: string; arch: string; kernel: string; name: string }; manager: string; time_zone: string; time_zone_set?: string | null; agent_version: string; addresses: string[]; memory_mb?: number | null; sessions: number; created: string; last_seen?: string | null; last_inventory?: string | null; boot_time?: string | null; retired?: string | null; labels: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; since: string }[]; assessment: { available: boolean; reason?: string | null }; revision: number }>;
  };
  /** Add members to a manual label, and remove some. */
  "POST /labels/{label}/members": {
    query: object;
    body: { add?: number[] | null; remove?: number[] | null };
    answer: { added: number; already: number; removed: number; unknown: number };
  };
  /** Work out the members of a label, or ask its directory, now. */
  "POST /labels/{label}/refresh": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; kind: "manual" | "smart" | "ldap" | "group"; query: string; notes: string; download_url: string; parent?: number | null; members: number; pending: boolean; evaluated?: string | null; problem: string; created: string; revision: number };
  };
  /** Take a change back; one that has begun is undone. */
  "POST /network/changes/{change}/cancel": {
    query: object;
    body: undefined;
    answer: { id: number; device: number; name: string; deployment?: number | null; title: string; kind: "lines" | "restore"; lines: string; options: { overwrite?: boolean | null; no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; planned_on: number; restores?: number | null; state: "waiting" | "refused" | "approved" | "running" | "applied" | "cancelled" | "undone" | "broken"; text: string; author: string; approver: string; created?: string | null; approved?: string | null; begins?: string | null; ended?: string | null; session?: number | null; before_config?: number | null; after_config?: number | null; results: { line: string; result: "not sent" | "taken" | "refused" | "tolerated" | "missing"; reason: string }[]; warnings?: string[] | null; revision: number };
  };
  /** Approve a planned change, which begins it, or refuse it. */
  "POST /network/changes/{change}/decide": {
    query: object;
    body: { approved: boolean; text?: string | null };
    answer: { id: number; device: number; name: string; deployment?: number | null; title: string; kind: "lines" | "restore"; lines: string; options: { overwrite?: boolean | null; no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; planned_on: number; restores?: number | null; state: "waiting" | "refused" | "approved" | "running" | "applied" | "cancelled" | "undone" | "broken"; text: string; author: string; approver: string; created?: string | null; approved?: string | null; begins?: string | null; ended?: string | null; session?: number | null; before_config?: number | null; after_config?: number | null; results: { line: string; result: "not sent" | "taken" | "refused" | "tolerated" | "missing"; reason: string }[]; warnings?: string[] | null; revision: number };
  };
  /** Add a credential; its secrets are never shown again. */
  "POST /network/credentials": {
    query: object;
    body: { name: string; login?: string | null; realm?: string | null; label?: number | null; password?: string | null; enable_password?: string | null; private_key?: string | null; vault?: string | null };
    answer: { id: number; name: string; login?: string | null; realm?: string | null; label?: number | null; vault: string; has_password: boolean; has_enable_password: boolean; has_private_key: boolean; key: string; previous_until?: string | null; created: string; changed: string; changed_by: string; devices: number; revision: number };
  };
  /** Replace the secrets of a credential. */
  "POST /network/credentials/{credential}/rotate": {
    query: object;
    body: { password?: string | null; enable_password?: string | null; private_key?: string | null; vault?: string | null; keep_previous_s?: number | null };
    answer: { id: number; name: string; login?: string | null; realm?: string | null; label?: number | null; vault: string; has_password: boolean; has_enable_password: boolean; has_private_key: boolean; key: string; previous_until?: string | null; created: string; changed: string; changed_by: string; devices: number; revision: number };
  };
  /** Plan the same commands for many network devices. */
  "POST /network/deployments": {
    query: object;
    body: { title?: string | null; lines?: string | null; restore_at?: string | null; targets: { labels?: number[] | null; devices?: number[] | null }; out_of_band?: "cancel" | "warn" | "overwrite" | null; rings?: { [member: string]: Json }[] | null; schedule?: { [member: string]: Json } | null; zone?: string | null; no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null };
    answer: { id: number; title: string; lines: string; restore_at?: string | null; options: { no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; out_of_band: "cancel" | "warn" | "overwrite"; rings: { [member: string]: Json }[]; schedule?: { [member: string]: Json } | null; zone: string; state: "waiting" | "refused" | "running" | "paused" | "stopped" | "done" | "cancelled"; text: string; ring?: number | null; since?: string | null; due?: string | null; devices: number; applied: number; failed: number; author: string; approver: string; created?: string | null; approved?: string | null; ended?: string | null; warnings?: string[] | null; revision: number };
  };
  /** Approve a deployment, which begins it, or refuse it. */
  "POST /network/deployments/{deployment}/decide": {
    query: object;
    body: { approved: boolean; text?: string | null };
    answer: { id: number; title: string; lines: string; restore_at?: string | null; options: { no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; out_of_band: "cancel" | "warn" | "overwrite"; rings: { [member: string]: Json }[]; schedule?: { [member: string]: Json } | null; zone: string; state: "waiting" | "refused" | "running" | "paused" | "stopped" | "done" | "cancelled"; text: string; ring?: number | null; since?: string | null; due?: string | null; devices: number; applied: number; failed: number; author: string; approver: string; created?: string | null; approved?: string | null; ended?: string | null; warnings?: string[] | null; revision: number };
  };
  /** The same as it is, for a device that loads it by itself; in the audit log. */
  "POST /network/deployments/{deployment}/devices/{device}/file-with-secrets": {
    query: object;
    body: { form?: "delta" | "full" | null; reason?: string | null };
    answer: undefined;
  };
  /** Pause, resume, promote to the next ring, or cancel. */
  "POST /network/deployments/{deployment}/move": {
    query: object;
    body: { action: "pause" | "resume" | "promote" | "cancel"; ring?: number | null };
    answer: { id: number; title: string; lines: string; restore_at?: string | null; options: { no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; out_of_band: "cancel" | "warn" | "overwrite"; rings: { [member: string]: Json }[]; schedule?: { [member: string]: Json } | null; zone: string; state: "waiting" | "refused" | "running" | "paused" | "stopped" | "done" | "cancelled"; text: string; ring?: number | null; since?: string | null; due?: string | null; devices: number; applied: number; failed: number; author: string; approver: string; created?: string | null; approved?: string | null; ended?: string | null; warnings?: string[] | null; revision: number };
  };
  /** Add a network device; without an address it is off-line. */
  "POST /network/devices": {
    query: object;
    body: { name: string; family: string; version?: string | null; model?: string | null; address?: string | null; port?: number | null; ssh_port?: number | null; transport?: string | null; allow_fallback?: boolean | null; allow_clear?: boolean | null; profile?: string | null; credential?: number | null; realm?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; server?: number | null; identity?: string | null; license_supports_failover?: boolean | null; confirmed?: boolean | null; notes?: string | null; label?: number | null };
    answer: { id: number; name: string; family: string; version?: string | null; model?: string | null; address?: string | null; port?: number | null; ssh_port?: number | null; transport?: string | null; allow_fallback?: boolean | null; allow_clear?: boolean | null; profile?: string | null; credential?: number | null; realm?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; server?: number | null; identity?: string | null; license_supports_failover?: boolean | null; confirmed?: boolean | null; notes?: string | null; hostname: string; serial: string; image: string; encryption_3des_aes?: boolean | null; reach: "never" | "ok" | "failed"; reach_text: string; reach_transport: string; last_contact?: string | null; last_discovery?: string | null; last_address: string; config: number; revision: number; ways: { transport: string; port: number }[]; no_way?: string | null; inherits_transport: boolean; facts?: { [member: string]: Json } | null };
  };
  /** Read the configuration into the archive. */
  "POST /network/devices/{device}/archive": {
    query: object;
    body: { trust_first?: boolean | null };
    answer: { id: number; device: number; name: string; action: "test" | "discover" | "archive" | "run" | "change"; cause: string; started_by: string; state: "planned" | "running" | "ended"; result: string; text: string; transports: string; change?: number | null; planned?: string | null; begins?: string | null; started?: string | null; ended?: string | null; tries: number; steps: { step: string; ok: boolean; detail: string; at_ms: number }[] };
  };
  /** Plan a change of a device's configuration. */
  "POST /network/devices/{device}/changes": {
    query: object;
    body: { title?: string | null; lines?: string | null; restore?: number | null; planned_on?: number | null; begins?: string | null; overwrite?: boolean | null; no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null };
    answer: { id: number; device: number; name: string; deployment?: number | null; title: string; kind: "lines" | "restore"; lines: string; options: { overwrite?: boolean | null; no_save?: boolean | null; no_verify?: boolean | null; go_on?: boolean | null; may_cut_access?: boolean | null; revert_s?: number | null; tolerate?: string[] | null }; planned_on: number; restores?: number | null; state: "waiting" | "refused" | "approved" | "running" | "applied" | "cancelled" | "undone" | "broken"; text: string; author: string; approver: string; created?: string | null; approved?: string | null; begins?: string | null; ended?: string | null; session?: number | null; before_config?: number | null; after_config?: number | null; results: { line: string; result: "not sent" | "taken" | "refused" | "tolerated" | "missing"; reason: string }[]; warnings?: string[] | null; revision: number };
  };
  /** Keep a configuration, the body, as the newest version of the archive, without asking the device. */
  "POST /network/devices/{device}/configurations": {
    query: { source?: string };
    body: Blob;
    answer: { number: number; at: string; session: number; cause: string; bytes: number; lines: number; added: number; removed: number; secrets_changed: boolean };
  };
  /** An archived version as it is, for a device that loads it by itself; in the audit log. */
  "POST /network/devices/{device}/configurations/{number}/with-secrets": {
    query: object;
    body: { reason?: string | null };
    answer: undefined;
  };
  /** Read version, licences, interfaces and configuration. */
  "POST /network/devices/{device}/discover": {
    query: object;
    body: { trust_first?: boolean | null };
    answer: { id: number; device: number; name: string; action: "test" | "discover" | "archive" | "run" | "change"; cause: string; started_by: string; state: "planned" | "running" | "ended"; result: string; text: string; transports: string; change?: number | null; planned?: string | null; begins?: string | null; started?: string | null; ended?: string | null; tries: number; steps: { step: string; ok: boolean; detail: string; at_ms: number }[] };
  };
  /** Approve a key that is known beforehand. */
  "POST /network/devices/{device}/pins": {
    query: { limit?: number; after?: string };
    body: { kind: "ssh" | "tls"; fingerprint: string };
    answer: List<{ id: number; kind: "ssh" | "tls"; fingerprint: string; state: "pending" | "approved" | "refused" | "retired"; first_seen?: string | null; last_seen?: string | null; decided?: string | null; decided_by: string }>;
  };
  /** Approve or refuse a key that a device showed. */
  "POST /network/devices/{device}/pins/{pin}": {
    query: { limit?: number; after?: string };
    body: { approved: boolean; beside?: boolean | null };
    answer: List<{ id: number; kind: "ssh" | "tls"; fingerprint: string; state: "pending" | "approved" | "refused" | "retired"; first_seen?: string | null; last_seen?: string | null; decided?: string | null; decided_by: string }>;
  };
  /** Ask a network device something by `show` commands. */
  "POST /network/devices/{device}/run": {
    query: object;
    body: { commands: string[] };
    answer: { id: number; device: number; name: string; action: "test" | "discover" | "archive" | "run" | "change"; cause: string; started_by: string; state: "planned" | "running" | "ended"; result: string; text: string; transports: string; change?: number | null; planned?: string | null; begins?: string | null; started?: string | null; ended?: string | null; tries: number; steps: { step: string; ok: boolean; detail: string; at_ms: number }[] };
  };
  /** Test the connection to a network device, layer by layer. */
  "POST /network/devices/{device}/test": {
    query: object;
    body: { trust_first?: boolean | null };
    answer: { id: number; device: number; name: string; action: "test" | "discover" | "archive" | "run" | "change"; cause: string; started_by: string; state: "planned" | "running" | "ended"; result: string; text: string; transports: string; change?: number | null; planned?: string | null; begins?: string | null; started?: string | null; ended?: string | null; tries: number; steps: { step: string; ok: boolean; detail: string; at_ms: number }[] };
  };
  /** The commands that make a network device manageable. */
  "POST /network/prepare": {
    query: object;
    body: { facts: { [member: string]: Json } };
    answer: { text: string; notes: { rule: string; warning: boolean; text: string }[] };
  };
  /** Have network devices discovered or archived by a schedule. */
  "POST /network/schedules": {
    query: object;
    body: { name: string; action: "discover" | "archive"; targets: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; enabled?: boolean | null; confirm_all?: boolean | null };
    answer: { id: number; name: string; action: "discover" | "archive"; targets: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; enabled?: boolean | null; next?: string | null; last_run?: string | null; last_sessions: number; last_result: string; created: string; revision: number };
  };
  /** Run it now, for those of its devices that you see. */
  "POST /network/schedules/{schedule}/run": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; action: "discover" | "archive"; targets: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; enabled?: boolean | null; next?: string | null; last_run?: string | null; last_sessions: number; last_result: string; created: string; revision: number };
  };
  /** Give a session up; a change that has begun is undone. */
  "POST /network/sessions/{session}/cancel": {
    query: object;
    body: undefined;
    answer: { id: number; device: number; name: string; action: "test" | "discover" | "archive" | "run" | "change"; cause: string; started_by: string; state: "planned" | "running" | "ended"; result: string; text: string; transports: string; change?: number | null; planned?: string | null; begins?: string | null; started?: string | null; ended?: string | null; tries: number; steps: { step: string; ok: boolean; detail: string; at_ms: number }[] };
  };
  /** Go back to what is built in. */
  "POST /network/types/reset": {
    query: { limit?: number; after?: string };
    body: { family: string; band?: string | null };
    answer: List<{ family: string; band?: string | null; transport?: string | null; allow_fallback?: boolean | null; profile?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; at_once?: number | null; responses?: { kind: "ok" | "warning" | "error" | "question"; pattern: string; command?: string | null; answer?: string | null }[] | null; built_in: boolean; known: { kind: "ok" | "warning" | "error" | "question"; text: string; command?: string | null; answer?: string | null }[] }>;
  };
  /** Add an organisation, with oneself as administrator. */
  "POST /organisations": {
    query: object;
    body: { name: string };
    answer: { id: number; name: string };
  };
  /** Make a patch configuration; it is in force nowhere yet. */
  "POST /patch-configurations": {
    query: object;
    body: { settings: { [member: string]: Json }; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; place?: number | null; confirm?: boolean | null; confirm_all?: boolean | null };
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** All groups beside settings, while they are edited. */
  "POST /patch-configurations/groups": {
    query: { limit?: number; after?: string };
    body: { settings: { [member: string]: Json }; os: "windows" | "macos" | "linux"; task?: "routine" | "priority" | "zero_day" | null };
    answer: List<{ group: number; name: string; dynamic: boolean; revision: number; counts: { windows: number; macos: number; linux: number; unknown: number; total: number }; choice: "none" | "include" | "exclude"; contained: { windows: boolean; macos: boolean; linux: boolean } }>;
  };
  /** What settings mean, in words, while they are edited. */
  "POST /patch-configurations/summary": {
    query: { zone?: string; lang?: "en" | "fr" | "nl" };
    body: { settings: { [member: string]: Json } };
    answer: { windows: { os: string; tasks: { [member: string]: Json }[]; advice: { field: string; text: string; rule: string; confirm: boolean }[] }; macos: { os: string; tasks: { [member: string]: Json }[]; advice: { field: string; text: string; rule: string; confirm: boolean }[] }; linux: { os: string; tasks: { [member: string]: Json }[]; advice: { field: string; text: string; rule: string; confirm: boolean }[] } };
  };
  /** Agree to a version, or refuse it. */
  "POST /patch-configurations/{configuration}/approve": {
    query: object;
    body: { version: number; verdict: "approved" | "refused"; comment?: string | null; key?: string | null; signature?: string | null };
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** Take it out of force and out of lists, or bring it back. */
  "POST /patch-configurations/{configuration}/archive": {
    query: object;
    body: { archived?: boolean | null };
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** Put a version into force, or ask a second person to. */
  "POST /patch-configurations/{configuration}/deploy": {
    query: object;
    body: { version?: number | null };
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** Save the settings of an older version as the newest. */
  "POST /patch-configurations/{configuration}/restore": {
    query: object;
    body: { version: number };
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** Pause, go on, promote, or begin again. */
  "POST /patch-configurations/{configuration}/rings/move": {
    query: object;
    body: { action: "pause" | "resume" | "promote" | "restart"; ring?: number | null; reason?: string | null };
    answer: { configuration: number; name: string; version: number; rings: { name: string; label: number; min_success: number; min_finished: number; stop_failed: number; promotion: "automatic" | "manual"; soak_hours: number; devices?: number | null; succeeded?: number | null; failed?: number | null }[]; state: "not_configured" | "waiting" | "running" | "paused" | "stopped" | "archived"; ring?: number | null; since?: string | null; reason: string; may_promote: boolean; updated?: string | null; revision?: number | null };
  };
  /** Take it out of force. */
  "POST /patch-configurations/{configuration}/withdraw": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** Deploy nothing for a time. */
  "POST /patch-freezes": {
    query: object;
    body: { label?: number | null; reason: string; begins?: string | null; ends: string };
    answer: { id: number; label?: number | null; reason: string; author: string; created: string; begins: string; ends: string; active: boolean; lifted?: string | null; lifted_by: string; revision?: number | null };
  };
  /** Make a patch group. */
  "POST /patch-groups": {
    query: object;
    body: { name: string; description?: string | null; patches?: string[] | null; filter?: { [member: string]: Json } | null };
    answer: { id: number; name: string; description: string; owner: string; dynamic: boolean; filter?: { [member: string]: Json } | null; patches: number; created: string; changed: string; revision: number };
  };
  /** Put patches in and take some out; acts at the next policy. */
  "POST /patch-groups/{group}/patches": {
    query: object;
    body: { add?: string[] | null; remove?: string[] | null };
    answer: { id: number; name: string; description: string; owner: string; dynamic: boolean; filter?: { [member: string]: Json } | null; patches: number; created: string; changed: string; revision: number };
  };
  /** Hold a patch or package back, or suppress a CVE. */
  "POST /patch-holds": {
    query: object;
    body: { kind: "patch" | "package" | "cve"; target: string; label?: number | null; reason: string; until?: string | null };
    answer: { id: number; kind: "patch" | "package" | "cve"; target: string; label?: number | null; reason: string; author: string; created: string; until?: string | null; active: boolean; lifted?: string | null; lifted_by: string; revision?: number | null };
  };
  /** Make a report set. */
  "POST /patch-report-sets": {
    query: object;
    body: { name: string; configurations: number[]; groups?: string[] | null; levels?: string[] | null; threshold?: number | null; stale_days?: number | null; within_sla?: boolean | null; schedule?: { [member: string]: Json } | null; zone?: string | null; archived?: boolean | null };
    answer: { id: number; name: string; configurations: number[]; groups: string[]; levels: string[]; threshold: number; stale_days: number; within_sla: boolean; schedule?: { [member: string]: Json } | null; zone: string; archived: boolean; owner: string; score: string; met?: boolean | null; endpoints?: number | null; compliant?: number | null; no_data?: number | null; pending?: number | null; last_run?: string | null; revision: number };
  };
  /** Work out the score now. */
  "POST /patch-report-sets/{set}/run": {
    query: object;
    body: undefined;
    answer: { id: number; name: string; configurations: number[]; groups: string[]; levels: string[]; threshold: number; stale_days: number; within_sla: boolean; schedule?: { [member: string]: Json } | null; zone: string; archived: boolean; owner: string; score: string; met?: boolean | null; endpoints?: number | null; compliant?: number | null; no_data?: number | null; pending?: number | null; last_run?: string | null; revision: number };
  };
  /** Make a template. */
  "POST /patch-report-templates": {
    query: object;
    body: { name: string; source: "history" | "scan"; columns: string[]; filter?: { [member: string]: Json } | null };
    answer: { id: number; name: string; source: "history" | "scan"; columns: string[]; filter: { [member: string]: Json }; owner: string; created: string; revision: number };
  };
  /** Order a deployment, a staging, a scan or a reboot. */
  "POST /patch-runs": {
    query: object;
    body: { kind: "deploy" | "stage" | "scan" | "reboot"; configuration?: number | null; task?: "routine" | "priority" | "zero_day" | null; targets?: { labels?: number[] | null; devices?: number[] | null; systems: string[] } | null; patches?: string[] | null; begins?: string | null };
    answer: { id: number; kind: "deploy" | "stage" | "scan" | "reboot"; configuration?: number | null; version?: number | null; task?: string | null; cause: "now" | "schedule" | "ring"; ring?: number | null; state: "approval" | "running" | "ended" | "refused" | "cancelled"; started_by: string; due?: string | null; started: string; ended?: string | null; patches: string[]; devices: number };
  };
  /** Agree to a large run that another person ordered. */
  "POST /patch-runs/{run}/approve": {
    query: object;
    body: { verdict: "approved" | "refused"; comment?: string | null };
    answer: { id: number; kind: "deploy" | "stage" | "scan" | "reboot"; configuration?: number | null; version?: number | null; task?: string | null; cause: "now" | "schedule" | "ring"; ring?: number | null; state: "approval" | "running" | "ended" | "refused" | "cancelled"; started_by: string; due?: string | null; started: string; ended?: string | null; patches: string[]; devices: number };
  };
  /** End a run where it has not happened yet. */
  "POST /patch-runs/{run}/cancel": {
    query: object;
    body: undefined;
    answer: { id: number; kind: "deploy" | "stage" | "scan" | "reboot"; configuration?: number | null; version?: number | null; task?: string | null; cause: "now" | "schedule" | "ring"; ring?: number | null; state: "approval" | "running" | "ended" | "refused" | "cancelled"; started_by: string; due?: string | null; started: string; ended?: string | null; patches: string[]; devices: number };
  };
  /** Import patches of Windows, macOS or anything else. */
  "POST /patches": {
    query: object;
    body: { os?: "windows" | "macos" | "linux" | null; patches?: { [member: string]: Json } | null };
    answer: { patches: number; changed: number };
  };
  /** Vote against a patch, once a user, or take that back. */
  "POST /patches/{patch}/vote": {
    query: object;
    body: { down: boolean };
    answer: { votes: number };
  };
  /** Bring a signed release file by hand. */
  "POST /release": {
    query: object;
    body: Blob;
    answer: { version: string; newest?: string | null; newer: boolean; released?: string | null; security: boolean; notes?: string | null; url?: string | null; apply?: string | null; heard?: string | null; stale: boolean; problem?: string | null; flaws: { component: string; version: string; fixed: string; cve: string; severity: string; title: string }[]; components: { name: string; version: string }[] };
  };
  /** Have a report sent by a schedule. */
  "POST /report-schedules": {
    query: object;
    body: { name: string; report: "summary" | "compliance" | "patch_missing" | "patch_installed" | "patch_template" | "patch_set"; query?: { content?: number | null; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated" | null; show?: "all" | "failed" | "errors" | null; q?: string | null; sort?: "id" | "title" | "failed" | "name" | "device" | "missing" | "scanned" | null; device?: number | null; template?: number | null; set?: number | null; state?: "compliant" | "not compliant" | "pending reboot" | "no data" | null } | null; format?: "csv" | "html" | "pdf" | "xlsx" | null; lang?: "en" | "fr" | "nl" | null; schedule: { [member: string]: Json }; zone?: string | null; mail_to?: string | null; webhook?: string | null; enabled?: boolean | null };
    answer: { id: number; name: string; report: "summary" | "compliance" | "patch_missing" | "patch_installed" | "patch_template" | "patch_set"; query?: { content?: number | null; class?: "compliance" | "inventory" | "miscellaneous" | "patch" | "vulnerability" | "deprecated" | null; show?: "all" | "failed" | "errors" | null; q?: string | null; sort?: "id" | "title" | "failed" | "name" | "device" | "missing" | "scanned" | null; device?: number | null; template?: number | null; set?: number | null; state?: "compliant" | "not compliant" | "pending reboot" | "no data" | null } | null; format?: "csv" | "html" | "pdf" | "xlsx" | null; lang?: "en" | "fr" | "nl" | null; schedule: { [member: string]: Json }; zone?: string | null; mail_to?: string | null; webhook?: string | null; enabled?: boolean | null; owner: number; last_sent?: string | null; last_result: string; waiting: boolean; webhook_secret?: string | null; revision: number };
  };
  /** Send a report now. */
  "POST /report-schedules/{schedule}/send": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** Add a role. */
  "POST /roles": {
    query: object;
    body: { name: string; permissions: string[]; labels?: number[] | null };
    answer: { id: number; name: string; permissions: string[]; labels: number[]; built_in: boolean; users: number; revision: number };
  };
  /** End a run; what is done stays. */
  "POST /runs/{run}/cancel": {
    query: object;
    body: undefined;
    answer: undefined;
  };
  /** The next runs of a schedule, before it is saved. */
  "POST /schedules/preview": {
    query: object;
    body: { schedule: { [member: string]: Json }; zone?: string | null; count?: number | null; language?: "en" | "fr" | "nl" | null };
    answer: { schedule: { [member: string]: Json }; words: string; warnings: string; zone: string; stage_hours_max: number; occurrences: { local: string; utc: string; rule: string; stage_local?: string | null; words?: string | null }[] };
  };
  /** Log in with login and password. */
  "POST /session": {
    query: object;
    body: { login: string; password: string; code?: string | null; organisation?: string | null; bearer?: boolean | null };
    answer: { login: string; expires: string; token?: string | null };
  };
  /** Make the first administrator. */
  "POST /setup": {
    query: object;
    body: { secret: string; login: string; password: string; name?: string | null; bearer?: boolean | null };
    answer: { login: string; expires: string; token?: string | null };
  };
  /** Begin a log-in through the OpenID Connect provider. */
  "POST /sign-on/oidc": {
    query: object;
    body: { organisation?: string | null };
    answer: { url: string };
  };
  /** Begin a log-in through the SAML identity provider. */
  "POST /sign-on/saml": {
    query: object;
    body: { organisation?: string | null };
    answer: { url: string };
  };
  /** Where the identity provider sends the browser back to. */
  "POST /sign-on/saml/{organisation}/consumer": {
    query: object;
    body: Blob;
    answer: undefined;
  };
  /** Approve what another staged, which serves it, or refuse it. */
  "POST /staged/{staged}/decide": {
    query: object;
    body: { approved: boolean; text?: string | null };
    answer: { id: number; device: number; device_name: string; kind: "image" | "asdm" | "configuration"; state: "waiting" | "refused" | "staged" | "fetched" | "confirmed" | "partial" | "failed" | "expired" | "replaced"; title: string; file: string; delta: boolean; version?: string | null; md5: string; size: number; lines: number; fetches: number; applied_lines?: number | null; told?: string | null; author?: string | null; created: string; decider?: string | null; decided?: string | null; decision?: string | null; fetched?: string | null; ended?: string | null; expires: string; configuration?: string | null; remaining?: string | null; warnings?: string[] | null };
  };
  /** How many devices targets mean now. */
  "POST /targets/resolve": {
    query: object;
    body: { targets: { labels?: number[] | null; devices?: number[] | null; systems?: string[] | null } };
    answer: { devices: number; all: boolean; sample: { id: number; name: string }[] };
  };
  /** Make an API token with some of one's permissions. */
  "POST /tokens": {
    query: object;
    body: { name: string; permissions: string[]; expires: string };
    answer: { id: number; user: number; login: string; name: string; permissions: string[]; created: string; expires: string; last_used?: string | null; token?: string | null };
  };
  /** Make it a device of the fleet. */
  "POST /unclaimed-devices/{unclaimed}/claim": {
    query: object;
    body: { name: string; family?: string | null; label?: number | null };
    answer: { device: number };
  };
  /** Add a local user. */
  "POST /users": {
    query: object;
    body: { login: string; name?: string | null; email?: string | null; password: string; roles?: number[] | null };
    answer: { id: number; login: string; name: string; email: string; source: "local" | "ldap" | "oidc" | "saml" | "member"; disabled: boolean; second_factor: boolean; roles: number[]; created: string; last_login?: string | null; locked_until?: string | null; revision: number };
  };
  /** Let a user of another organisation switch to this one. */
  "POST /users/members": {
    query: object;
    body: { organisation: string; login: string; roles: number[] };
    answer: { id: number; login: string; name: string; email: string; source: "local" | "ldap" | "oidc" | "saml" | "member"; disabled: boolean; second_factor: boolean; roles: number[]; created: string; last_login?: string | null; locked_until?: string | null; revision: number };
  };
  /** Open an account that wrong passwords have closed. */
  "POST /users/{user}/unlock": {
    query: object;
    body: undefined;
    answer: { id: number; login: string; name: string; email: string; source: "local" | "ldap" | "oidc" | "saml" | "member"; disabled: boolean; second_factor: boolean; roles: number[]; created: string; last_login?: string | null; locked_until?: string | null; revision: number };
  };
  /** Let a rule fail on a device or label, until a day. */
  "POST /waivers": {
    query: object;
    body: { rule: string; device?: number | null; label?: number | null; reason: string; expires: string };
    answer: { id: number; rule: string; device?: number | null; label?: number | null; reason: string; author: string; created: string; expires: string; expired: boolean };
  };
  /** Change one's own password. */
  "PUT /account/password": {
    query: object;
    body: { old: string; new: string };
    answer: undefined;
  };
  /** Confirm the second factor with a code of it. */
  "PUT /account/second-factor": {
    query: object;
    body: { code: string };
    answer: { recovery_codes: string[] };
  };
  /** Change a configuration. */
  "PUT /configurations/{configuration}": {
    query: object;
    body: { name: string; enabled: boolean; while_logged_off: boolean; wake?: boolean | null; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; nice?: number | null; memory_mb?: number | null; limit_s?: number | null; scap?: { content: number; stream?: string | null; benchmark?: string | null; profile?: string | null; tailoring?: number | null } | null; confirm_all?: boolean | null };
    answer: { id: number; name: string; enabled: boolean; while_logged_off: boolean; wake?: boolean | null; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; schedule: { [member: string]: Json }; zone?: string | null; nice?: number | null; memory_mb?: number | null; limit_s?: number | null; scap?: { content: number; stream?: string | null; benchmark?: string | null; profile?: string | null; tailoring?: number | null } | null; enabled_at?: string | null; created?: string | null; revision: number; advice?: string | null };
  };
  /** Change how devices reach it. */
  "PUT /device-servers/{server}": {
    query: object;
    body: { name: string; address: string; port?: number | null; tls?: boolean | null; xml?: boolean | null; networks?: string | null };
    answer: { id: number; kind: "aus" | "ce" | "pnp"; name: string; address: string; port: number; tls: boolean; xml: boolean; networks: string; devices: number; dhcp_option_43?: string | null; revision: number };
  };
  /** Say which roles the groups of other services give. */
  "PUT /group-roles": {
    query: object;
    body: { items: { source: "ldap" | "oidc" | "saml"; group: string; role: number }[] };
    answer: undefined;
  };
  /** Change the defaults of a device type; who inherits follows. */
  "PUT /network/types": {
    query: { limit?: number; after?: string };
    body: { family: string; band?: string | null; transport?: string | null; allow_fallback?: boolean | null; profile?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; at_once?: number | null; responses?: { kind: "ok" | "warning" | "error" | "question"; pattern: string; command?: string | null; answer?: string | null }[] | null };
    answer: List<{ family: string; band?: string | null; transport?: string | null; allow_fallback?: boolean | null; profile?: string | null; connect_s?: number | null; read_s?: number | null; retries?: number | null; total_s?: number | null; at_once?: number | null; responses?: { kind: "ok" | "warning" | "error" | "question"; pattern: string; command?: string | null; answer?: string | null }[] | null; built_in: boolean; known: { kind: "ok" | "warning" | "error" | "question"; text: string; command?: string | null; answer?: string | null }[] }>;
  };
  /** Save it: a new version when the settings differ. */
  "PUT /patch-configurations/{configuration}": {
    query: object;
    body: { settings: { [member: string]: Json }; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; place?: number | null; confirm?: boolean | null; confirm_all?: boolean | null };
    answer: { id: number; name: string; built_in: boolean; place: number; version: number; availability: "new" | "pending" | "deployed" | "archived"; deployed_version?: number | null; deployed?: string | null; deployed_by: string; asked_version?: number | null; asked_by: string; saved: string; saved_by: string; created: string; scan_only: boolean; devices: number; taken: number; targets: { labels?: number[] | null; devices?: number[] | null; systems: string[]; user?: number | null }; settings: { [member: string]: Json }; advice?: { field: string; text: string; rule: string; confirm: boolean }[] | null; revision: number };
  };
  /** Set the rings; the rollout begins again. */
  "PUT /patch-configurations/{configuration}/rings": {
    query: object;
    body: { rings: { [member: string]: Json }[] };
    answer: { configuration: number; name: string; version: number; rings: { name: string; label: number; min_success: number; min_finished: number; stop_failed: number; promotion: "automatic" | "manual"; soak_hours: number; devices?: number | null; succeeded?: number | null; failed?: number | null }[]; state: "not_configured" | "waiting" | "running" | "paused" | "stopped" | "archived"; ring?: number | null; since?: string | null; reason: string; may_promote: boolean; updated?: string | null; revision?: number | null };
  };
  /** Change, archive or bring back. */
  "PUT /patch-report-sets/{set}": {
    query: object;
    body: { name: string; configurations: number[]; groups?: string[] | null; levels?: string[] | null; threshold?: number | null; stale_days?: number | null; within_sla?: boolean | null; schedule?: { [member: string]: Json } | null; zone?: string | null; archived?: boolean | null };
    answer: { id: number; name: string; configurations: number[]; groups: string[]; levels: string[]; threshold: number; stale_days: number; within_sla: boolean; schedule?: { [member: string]: Json } | null; zone: string; archived: boolean; owner: string; score: string; met?: boolean | null; endpoints?: number | null; compliant?: number | null; no_data?: number | null; pending?: number | null; last_run?: string | null; revision: number };
  };
  /** Change a template. */
  "PUT /patch-report-templates/{template}": {
    query: object;
    body: { name: string; source: "history" | "scan"; columns: string[]; filter?: { [member: string]: Json } | null };
    answer: { id: number; name: string; source: "history" | "scan"; columns: string[]; filter: { [member: string]: Json }; owner: string; created: string; revision: number };
  };
  /** Change a role. */
  "PUT /roles/{role}": {
    query: object;
    body: { name: string; permissions: string[]; labels?: number[] | null };
    answer: { id: number; name: string; permissions: string[]; labels: number[]; built_in: boolean; users: number; revision: number };
  };
  /** Switch to another organisation. */
  "PUT /session/organisation": {
    query: object;
    body: { organisation: number };
    answer: undefined;
  };
  /** Give a local user a new password. */
  "PUT /users/{user}/password": {
    query: object;
    body: { password: string };
    answer: undefined;
  };
}
