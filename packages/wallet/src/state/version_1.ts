import { CredentialError, parseCredential } from '@symbolon/credential'
import { type Json, type JsonObject, type Primitives, SdJwtError } from '@symbolon/sd-jwt'
import { EMPTY_STATE, type HeldCredential, type WalletState } from './model.ts'
import { claimDescription, display, heldKey, list, malformed, number, object, optional, string } from './reading.ts'

/** Lifts the content of a wallet of the first version, in which a credential was one copy and hung on no authorization: each becomes a set of one. */
export async function liftVersion1(state: JsonObject, primitives: Primitives): Promise<WalletState> {
  const entries = list((value) => value ?? null)(state.credentials, 'credentials')
  const credentials = entries.map((entry, index) => liftCredential(entry, `credentials[${index}]`, primitives))
  return { ...EMPTY_STATE, keys: list(heldKey)(state.keys, 'keys'), credentials: await Promise.all(credentials) }
}

async function liftCredential(value: Json, place: string, primitives: Primitives): Promise<HeldCredential> {
  const entry = object(value, place)
  const text = string(entry.text, `${place}.text`)
  const expires = await endOf(text, place, primitives)
  return {
    id: string(entry.id, `${place}.id`),
    type: string(entry.type, `${place}.type`),
    issuer: string(entry.issuer, `${place}.issuer`),
    deliveries: [],
    copies: [
      {
        text,
        ...optional(entry, 'keyId', string, place),
        received: number(entry.received, `${place}.received`),
        ...(expires !== undefined && { expires }),
        shown: number(entry.shown, `${place}.shown`),
      },
    ],
    display: display(entry.display, `${place}.display`),
    claims: list(claimDescription)(entry.claims, `${place}.claims`),
  }
}

/** The first version left the end of a credential to be read from its text. */
async function endOf(text: string, place: string, primitives: Primitives): Promise<number | undefined> {
  try {
    return (await parseCredential(text, primitives)).view.expires
  } catch (cause) {
    if (cause instanceof CredentialError || cause instanceof SdJwtError) throw malformed(`${place}.text`, cause)
    throw cause
  }
}
