import { SdJwtError, verifySdJwt } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { AUDIENCE, type Cast, castOf, issue, NONCE, options, present } from './issued.ts'
import { CLAIM_REFUSALS } from './refusals/claims.ts'
import { BEARER, craft, given, SHOWN } from './refusals/craft.ts'
import { DISCLOSURE_REFUSALS } from './refusals/disclosures.ts'
import { FORM_REFUSALS } from './refusals/form.ts'
import { KEY_BINDING_REFUSALS } from './refusals/key_binding.ts'
import { SETS } from './sets.ts'

const REFUSALS = [...DISCLOSURE_REFUSALS, ...FORM_REFUSALS, ...KEY_BINDING_REFUSALS, ...CLAIM_REFUSALS]

describe.each(SETS)('what is refused over $name', (set) => {
  let cast: Cast
  beforeAll(async () => {
    cast = await castOf(set)
  })

  it('the happy flow, of which each case changes one thing, passes; SD-11: hidden elements vanish; SD-24: cnf.jwk with kty, crv, x, y is enough', async () => {
    const verified = await verifySdJwt(await present(cast, await issue(cast), SHOWN), await options(cast))
    expect(verified.claims).toMatchObject({
      given_name: 'Zoë',
      address: { street: 'Dorpsstraat 12', country: 'BE' },
      statutes: [{ code: 'B', since: '2022-01-01' }],
      nationalities: [],
    })
    expect(verified.keyBinding).toMatchObject({ audience: AUDIENCE, nonce: NONCE })
    const bearer = await verifySdJwt(await craft(cast, [given], (digests) => ({ _sd: digests })), await options(cast, BEARER))
    expect(bearer.claims).toEqual({ given_name: 'Zoë' })
  })

  it.each(REFUSALS)('$id: $name -> $code', async ({ text, code, options: change }) => {
    const attempt = verifySdJwt(await text(cast), await options(cast, change))
    await expect(attempt).rejects.toThrow(SdJwtError)
    await expect(attempt).rejects.toMatchObject({ code })
  })

  it('no message holds what was refused', async () => {
    for (const { text, options: change } of REFUSALS) {
      const refused = await verifySdJwt(await text(cast), await options(cast, change)).catch((error: unknown) => error)
      expect(String(refused)).not.toMatch(/Zoë|Peeters|Dorpsstraat|J7ySkBi5|x509_san_dns/)
    }
  })
})
