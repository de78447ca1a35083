import { type Caller, type Form, type Grant, ProtocolError } from '@symbolon/openid4vc'
import type { Statements } from '@symbolon/service'
import type { Granted } from '../authorizations.ts'

/** Who asks for a token, and with which key (thumbprint), if it proves one. */
export interface Asking {
  readonly caller: Caller
  readonly jkt: string | undefined
}

/** A way to get a token here: what the store does for it is one step in one transaction. */
export interface Redemption {
  readonly grant: Grant
  /**
   * Reads what the form holds, before anybody waits for the store, and answers the step.
   *
   * Both throw ProtocolError; what the step did before it throws one stays done.
   */
  read(form: Form, asking: Asking): (tx: Statements) => Promise<Granted>
}

/** A refusal that is told only after so many seconds, so that guessing takes time. */
export class SlowRefusal extends ProtocolError {
  readonly seconds: number
  constructor({ code, description }: ProtocolError, seconds: number) {
    super(code, description)
    this.seconds = seconds
  }
}
