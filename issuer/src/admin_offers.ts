import { qrSvg } from '@symbolon/command-line'
import { authorizationCode, preAuthorizedCode } from '@symbolon/openid4vc'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { HttpAnswer, HttpRequest, Log } from '@symbolon/service'
import { flag, invalid, iso, readBody, string } from './admin_body.ts'
import { claimsOf } from './claims.ts'
import { refused } from './errors.ts'
import type { Redemption } from './grants/index.ts'
import { codesOf, type IssuedType } from './issue.ts'
import { linkOf, offerDocument } from './offer_link.ts'
import type { NewOffer, Offer, OfferGrant, Offers, Wish } from './offers.ts'

/** What the calls about offers need. */
export interface Offering {
  readonly url: string
  readonly types: ReadonlyMap<string, IssuedType>
  /** Why types that are here are not issued, since the issuer was started. */
  readonly unissued: ReadonlyMap<string, string>
  readonly grants: readonly Redemption[]
  readonly offers: Offers
  readonly log: Log
  readonly now: () => number
}

type Call = (request: HttpRequest) => Promise<HttpAnswer>

const LONGEST = 100
const OFFER_GRANTS: readonly OfferGrant[] = [preAuthorizedCode, authorizationCode]

/** The calls of an institution about its offers (README, Issuer); each throws a `Refusal`. */
export function offerCalls({
  url,
  types,
  unissued,
  grants,
  offers,
  log,
  now,
}: Offering): Record<'createOffer' | 'readOffer' | 'withdrawOffer' | 'renewOffer', Call> {
  return {
    async createOffer(request) {
      const body = readBody(request, ['type', 'subject', 'grant', 'tx_code', 'by_reference', 'qr', 'codes'])
      const [type, subject] = [string(body, 'type', LONGEST), string(body, 'subject', LONGEST)]
      const grant = body.grant === undefined ? preAuthorizedCode : grantCalled(string(body, 'grant', LONGEST))
      const [txCode, byReference, qr] = [flag(body, 'tx_code'), flag(body, 'by_reference'), flag(body, 'qr')]
      const wish = { type, subject, grant, txCode }
      await check(wish)
      const codes = flag(body, 'codes') ? await codesFor(wish) : undefined
      return made(await offers.create({ ...wish, byReference, codes }), qr)
    },

    readOffer: async ({ parameters }) => ({ json: offerJson(await offers.find(parameters.id ?? '')) }),

    async withdrawOffer({ parameters }) {
      await offers.withdraw(parameters.id ?? '')
      return { status: 204 }
    },

    async renewOffer(request) {
      const body = request.body === '' ? {} : readBody(request, ['by_reference', 'qr'])
      const [byReference, qr] = [flag(body, 'by_reference'), flag(body, 'qr')]
      const id = request.parameters.id ?? ''
      const wish = await offers.wishOf(id)
      await check(wish)
      const codes = wish.codes && (await codesFor(wish))
      return made(await offers.renew(id, { ...wish, codes, byReference }), qr)
    },
  }

  /** Both ways to write a grant: as in the calls' table, and as OAuth names it. */
  function grantCalled(name: string): OfferGrant {
    const known = OFFER_GRANTS.find(({ id }) => name === id || id.endsWith(`:${name}`))
    if (known === undefined || !grants.some(({ grant }) => grant === known)) throw refused('grant_not_supported')
    return known
  }

  /** What is asked for is not repeated unless it is known: whoever mixes up the operands gives the number of a person as a type. */
  function whyNot(name: string): string {
    const why = unissued.get(name)
    if (why !== undefined) return `${name} is not issued: ${why}; then start the issuer again`
    return `there is no such credential type here; there are ${[...types.keys()].join(', ') || 'none'}`
  }

  async function check({ type: name, subject, grant, txCode }: Omit<Wish, 'byReference' | 'codes'>): Promise<void> {
    const issued = types.get(name)
    if (issued === undefined) throw refused('type_not_found', whyNot(name))
    if (txCode && grant !== preAuthorizedCode) throw invalid('tx_code', 'goes only with a pre-authorized code')
    if (!issued.type.grants.includes(grant.id)) throw refused('grant_not_allowed')
    await checkSubject(issued, subject)
  }

  /** The types for codes whose rows are those of this one, as far as the source has enough for them: somebody without a birth date gets no paper. */
  async function codesFor({ type: name, subject, grant }: Pick<Wish, 'type' | 'subject' | 'grant'>): Promise<string[]> {
    const beside = codesOf(types, name).filter(({ type }) => type.grants.includes(grant.id))
    const found = await Promise.all(beside.map(async (one) => ({ ...one, claims: await claimsOf(one.type, one.source, subject, now()) })))
    return found.flatMap(({ type, claims }) => ('code' in claims ? [] : [type.name]))
  }

  /** The institution hears at once what a wallet would only hear as a denial. */
  async function checkSubject({ type, source }: IssuedType, subject: string): Promise<void> {
    const found = await claimsOf(type, source, subject, now())
    if (!('code' in found)) return
    if (found.faults.length === 0) throw refused(found.code)
    log.warn({ type: type.name, faults: found.faults }, 'the source does not fit the type')
    throw refused(found.code, `what the source says does not fit the type: ${found.faults.join('; ')}`)
  }

  /** Told once; a QR code holds the link, so it is as secret. */
  function made(offer: NewOffer, qr: boolean): HttpAnswer {
    const uri = linkOf(url, offer)
    const json = {
      id: offer.id,
      uri,
      credential_offer: offerDocument(url, offer),
      ...(offer.txCode !== undefined && { tx_code: offer.txCode }),
      ...(qr && { qr: qrSvg(uri) }),
      expires_at: iso(offer.expiresAt),
    }
    return { status: 201, headers: { location: `${url}/admin/offers/${offer.id}` }, json }
  }
}

const offerJson = ({ id, type, state, createdAt, expiresAt, issuanceId }: Offer): JsonObject => ({
  id,
  type,
  state,
  created_at: iso(createdAt),
  expires_at: iso(expiresAt),
  ...(issuanceId !== null && { issuance: issuanceId }),
})
