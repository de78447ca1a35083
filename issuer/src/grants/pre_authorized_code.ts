import type { CredentialType } from '@symbolon/credential'
import { checkTxCodeGiven, type PreAuthorizedRequest, ProtocolError, parseWanted, preAuthorizedCode } from '@symbolon/openid4vc'
import { numberOf, optionalText, type Row, type Statements, sameSecret, textOf } from '@symbolon/service'
import { type Authorizations, walletAs } from '../authorizations.ts'
import { typesOf } from '../offers.ts'
import { digestOf, type Secrets } from '../secrets.ts'
import { checkWallet } from '../wallets.ts'
import { type Redemption, SlowRefusal } from './index.ts'

/** Wrong transaction codes before the offer is dead (OpenID4VCI 1.0 section 13.6.3). */
const MOST_ATTEMPTS = 5
/** Seconds before a wrong code is answered, by how many there were: guessing takes time, a slip of the finger does not. */
const DELAYS: readonly number[] = [0, 0, 1, 2, 4]

const invalidGrant = (description: string): ProtocolError => new ProtocolError('invalid_grant', description)
const DEAD = 'the code is unknown, used, withdrawn or expired'

/** What redeeming the code of an offer needs; `now` gives seconds. */
interface Parts {
  /** The credential issuer identifier. */
  readonly url: string
  readonly types: ReadonlyMap<string, { readonly type: CredentialType }>
  readonly authorizations: Authorizations
  readonly secrets: Secrets
  readonly now: () => number
}

/** Redeems the code of an offer (OpenID4VCI 1.0 section 6.1). */
export function redeemPreAuthorizedCode({ url, types, authorizations, secrets, now }: Parts): Redemption {
  const configuration = (id: string) => types.get(id)?.type
  return {
    grant: preAuthorizedCode,
    read(form, { caller, jkt }) {
      const request = preAuthorizedCode.parseRequest(form)
      // A scope says nothing here: what the code is for stands in the offer (section 6.1).
      const details = form.has('authorization_details') ? parseWanted(form, { configuration, scope: () => undefined }, url) : undefined
      return async (tx) => {
        const offer = await tx.get(
          "select id, type, codes, subject, tx_code_hash from offers where code_hash = $1 and state = 'open' and expires_at > $2",
          digestOf(request.code),
          now(),
        )
        if (offer === undefined) throw invalidGrant(DEAD)
        const offered = typesOf(offer).flatMap((name) => configuration(name) ?? [])
        if (offered.length === 0) throw invalidGrant(DEAD)
        for (const type of offered) checkWallet(type, caller)
        const granted = offered.filter(({ name }) => details === undefined || details.configurationIds.includes(name))
        if (granted.length === 0) {
          throw new ProtocolError('invalid_authorization_details', 'the code is for another credential than authorization_details names')
        }
        await checkTxCode(tx, request, offer)
        const id = textOf(offer, 'id')
        // Whoever changes the row first has redeemed it; of several at once, one.
        const redeemed = await tx.run("update offers set state = 'redeemed', subject = null where id = $1 and state = 'open'", id)
        if (redeemed === 0) throw invalidGrant(DEAD)
        const wallet = walletAs(caller, jkt)
        return authorizations.open(tx, { id, subject: textOf(offer, 'subject'), types: granted, byDetails: details !== undefined, wallet })
      }
    },
  }

  /** A try is counted before it is compared, so that many at once are not more than one after another. */
  async function checkTxCode(tx: Statements, request: PreAuthorizedRequest, offer: Row): Promise<void> {
    const expected = optionalText(offer, 'tx_code_hash')
    checkTxCodeGiven(request, expected !== null)
    if (expected === null || request.txCode === undefined) return
    const id = textOf(offer, 'id')
    const counted = await tx.get(
      "update offers set attempts = attempts + 1 where id = $1 and state = 'open' and attempts < $2 returning attempts",
      id,
      MOST_ATTEMPTS,
    )
    if (counted === undefined) throw invalidGrant(DEAD)
    if (sameSecret(secrets.txCode(id, request.txCode), expected)) return
    const attempts = numberOf(counted, 'attempts')
    const left = MOST_ATTEMPTS - attempts
    if (left === 0) await tx.run("update offers set state = 'blocked' where id = $1", id)
    const told =
      left > 0 ? `the transaction code is wrong; tries left: ${left}` : 'the transaction code was wrong too often; ask for a new offer'
    throw new SlowRefusal(invalidGrant(told), DELAYS[attempts - 1] ?? 0)
  }
}
