// SPDX-License-Identifier: Apache-2.0
//
// What can go wrong with a call, as the few kinds that a person can act on.

export type FailureKind =
  | "offline" // no answer at all
  | "slow" // no answer in time
  | "signin" // 401
  | "forbidden" // 403
  | "absent" // 404, 410
  | "conflict" // 409: the state of things forbids it
  | "changed" // 412: somebody else changed it meanwhile
  | "invalid" // 400, 422: fields are wrong
  | "large" // 413
  | "busy" // 429
  | "broken" // 500 and other answers
  | "unavailable"; // 502, 503, 504

export interface FieldReason {
  field: string;
  reason: string;
}

const kinds: { [status: number]: FailureKind } = {
  400: "invalid", 401: "signin", 403: "forbidden", 404: "absent",
  409: "conflict", 410: "absent", 412: "changed", 413: "large",
  422: "invalid", 429: "busy", 502: "unavailable", 503: "unavailable",
  504: "unavailable",
};

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly status: number;
  /** The server's own sentence, empty when it said none. */
  readonly detail: string;
  readonly fields: FieldReason[];
  readonly retryAfter: number | null;

  constructor(kind: FailureKind, more: Partial<Failure> = {}) {
    super(more.detail || kind);
    this.name = "Failure";
    this.kind = kind;
    this.status = more.status ?? 0;
    this.detail = more.detail ?? "";
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter ?? null;
  }
}

function fieldsOf(problem: unknown): FieldReason[] {
  const errors = (problem as { errors?: unknown } | null)?.errors;

  if (!Array.isArray(errors)) return [];
  return errors.filter((one): one is FieldReason =>
    typeof one?.field === "string" && typeof one?.reason === "string");
}

/** The failure that an answer of 400 and above says (RFC 9457). */
export async function failureOf(answer: Response): Promise<Failure> {
  const problem: unknown = await answer.json().catch(() => null);
  const detail = (problem as { detail?: unknown } | null)?.detail;
  const wait = Number(answer.headers.get("Retry-After") ?? "");

  return new Failure(kinds[answer.status] ?? "broken", {
    status: answer.status,
    detail: typeof detail === "string" ? detail : "",
    fields: fieldsOf(problem),
    retryAfter: wait > 0 ? wait : null,
  });
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("broken", {
    detail: error instanceof Error ? error.message : String(error),
  });
}
