import { gzipSync } from 'node:zlib'
import { type Part, parseTrust, partKey, prepareAnchors, verifyText } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { describe, expect, test } from 'vitest'
import { ebsiTrust } from '../src/index.ts'
import {
  accreditation,
  answerOf,
  DAY,
  documentPart,
  type Entity,
  evidenceOf,
  IDS,
  NOW,
  pda1,
  REGISTRIES,
  registry,
  root,
  stranger,
  TRUST,
  tao,
  taoStep,
  ti,
  tiStep,
  vcJwt,
} from './chain_fixture.ts'

const LIST = `https://api-pilot.ebsi.eu/trusted-issuers-registry/v5/issuers/${ti.did}/proxies/${'e'.repeat(64)}/credentials/status/1`
const status = {
  id: `${LIST}#7`,
  type: 'StatusList2021Entry',
  statusPurpose: 'revocation',
  statusListIndex: '7',
  statusListCredential: LIST,
}
const credential = await pda1({ status })
const whole = await registry()

/** A list of the first form of EBSI; the bits of these credentials are set. */
async function list(by: Entity, revoked: readonly number[] = []): Promise<Part> {
  const bits = new Uint8Array(16_384)
  for (const index of revoked) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
  const encodedList = gzipSync(bits).toString('base64')
  const content = await vcJwt(by, {
    types: ['StatusList2021Credential'],
    subject: { id: `${LIST}#list`, type: 'StatusList2021', statusPurpose: 'revocation', encodedList },
    from: NOW - 3600,
    change: (payload) => {
      payload.jti = LIST
      payload.vc.id = LIST
    },
  })
  return { kind: 'status_list', id: LIST, content, mediaType: 'text/plain' }
}

async function checked(parts: readonly Part[], text = credential, trust: readonly JsonObject[] = TRUST) {
  const held = evidenceOf(parts)
  const report = await verifyText(text, (need) => held.get(partKey(need)), {
    anchors: await prepareAnchors(parseTrust(JSON.stringify(trust)), primitives),
    mechanisms: [ebsiTrust({ registries: REGISTRIES })],
    policy: { types: new Map(), maxStatusAge: DAY },
    now: NOW,
    primitives,
  })
  return Object.fromEntries(report.checks.map(({ id, outcome, code }) => [id, `${outcome} ${code}`]))
}

describe('a whole verification of a credential that was issued by an accreditation', () => {
  test('finds its signature right, its issuer accredited, and that it still holds', async () => {
    expect(await checked([...whole, await list(ti)])).toMatchObject({
      structure: 'pass well_formed',
      signature: 'pass signature_valid',
      trust: 'pass chain_trusted',
      status: 'pass status_valid',
    })
  })

  test('finds it revoked', async () => {
    expect(await checked([...whole, await list(ti, [7])])).toMatchObject({ trust: 'pass chain_trusted', status: 'fail revoked' })
    expect(await checked([...whole, await list(ti, [0, 6, 8, 224])])).toMatchObject({ status: 'pass status_valid' })
  })

  test('does not take a list of another, though he is accredited too', async () => {
    for (const other of [tao, root, stranger]) {
      expect.soft((await checked([...whole, await list(other, [])])).status).toMatch(/^(fail|unknown) status_list_of_other$/)
    }
  })

  test('does not take a list signed with the key of another', async () => {
    const forged = await list({ ...ti, key: tao.key })
    expect((await checked([...whole, forged])).status).toMatch(/^(fail|unknown) status_list_signature_wrong$/)
  })

  test('does not take a list once its issuer has lost its accreditation', async () => {
    const revoked = accreditation(ti.did, IDS.ti, {
      ...(await answerOf(tiStep, root.did)),
      attribute: { hash: 'x', body: '', issuerType: 'Revoked', tao: tao.did, rootTao: root.did },
    })
    const parts = [...whole.filter(({ id }) => id !== revoked.id), revoked, await list(ti)]
    const found = await checked(parts)
    expect(found).toMatchObject({ signature: 'pass signature_valid', trust: 'fail attribute_revoked' })
    expect(found.status).toMatch(/^(fail|unknown) status_list_not_trusted$/)
  })

  test('says apart what nobody signed and what nobody vouches for', async () => {
    const forged = `${credential.slice(0, credential.lastIndexOf('.') + 1)}${'A'.repeat(86)}`
    expect(await checked(whole, forged)).toMatchObject({ signature: 'fail signature_wrong', trust: 'pass chain_trusted' })
    expect(await checked(whole, credential, [])).toMatchObject({ signature: 'pass signature_valid', trust: 'fail anchor_not_trusted' })
    expect(await checked([])).toMatchObject({ signature: 'unknown signature_not_checked', trust: 'unknown did_document_missing' })
  })

  test('a signature with the key of whoever accredited it is none of the issuer', async () => {
    const text = await pda1({ kid: tao.kid, key: tao.key })
    expect(await checked([...whole, documentPart(tao)], text)).toMatchObject({ structure: 'fail vc_claims_differ' })
  })

  test('a record of the TAO that is good for another does not help', async () => {
    const other = await answerOf({ ...taoStep, subject: stranger }, root.did)
    const parts = [...whole.filter(({ id }) => id !== `${tao.did} ${IDS.tao}`), accreditation(tao.did, IDS.tao, { ...other, did: tao.did })]
    expect(await checked(parts)).toMatchObject({ trust: 'fail accreditation_subject_mismatch' })
  })
})
