// What a call rejects with: the wire's ApiError as an Error, so that it can be thrown and told apart by its code.
import type { ApiError, Severity, WrongPart } from '../generated/api';

const isApiError = (thrown: unknown): thrown is ApiError =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown;

export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: string;
  readonly severity: Severity;
  readonly hint: string | null;
  readonly retryable: boolean;
  readonly detail: string | null;
  readonly fields: readonly WrongPart[];

  constructor(from: Partial<ApiError> & Pick<ApiError, 'code' | 'message'>) {
    super(from.message);
    this.code = from.code;
    this.severity = from.severity ?? 'error';
    this.hint = from.hint ?? null;
    this.retryable = from.retryable ?? false;
    this.detail = from.detail ?? null;
    this.fields = from.fields ?? [];
  }

  /** Whatever was thrown, as a HostError: what is not an ApiError is our own fault, `internal`. */
  static from(thrown: unknown): HostError {
    if (thrown instanceof HostError) return thrown;
    if (isApiError(thrown)) return new HostError(thrown);
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    return new HostError({ code: 'internal', message: 'Innkeeper did not answer itself.', detail });
  }
}
