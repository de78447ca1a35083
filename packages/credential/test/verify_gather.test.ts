import { primitives } from '@symbolon/primitives/node'
import { describe, expect, test } from 'vitest'
import { parseCredential } from '../src/formats/index.ts'
import { type Need, type Part, partKey, type View } from '../src/model.ts'
import { verifyText } from '../src/verify/index.ts'
import { gather, needs } from '../src/verify/needs.ts'
import { anchors, card, finding, issue, listPart, metadataPart, NOW, policyFor, show, status, URI } from './presentation_fixture.ts'
import { draft as listDraft, token } from './status_fixture.ts'

const credential = await parseCredential(await show(await issue()), primitives)
const LIST: Need = { kind: 'status_list', id: URI }
const METADATA: Need = { kind: 'type_metadata', id: card.vct }

describe('needs', () => {
  test('are what the credential does not carry', () => {
    expect(needs(credential, new Map())).toEqual([LIST, METADATA])
  })

  test('do not ask again for what is known', async () => {
    const known = new Map([[partKey(LIST), await listPart()]])
    expect(needs(credential, known)).toEqual([METADATA])
    known.set(partKey(METADATA), metadataPart())
    expect(needs(credential, known)).toEqual([])
  })

  test('ask for no metadata when none were signed for, for no list when there is no status', async () => {
    const { typeIntegrity: _, status: __, envelope, ...view } = credential.view
    const { status: ___, ...rest } = envelope
    expect(needs({ ...credential, view: { ...view, envelope: rest } }, new Map())).toEqual([])
  })
})

describe('gather', () => {
  test('asks for each need once, with the view of the credential, and keeps the answers', async () => {
    const asked: [Need, View][] = []
    const answers: Part[] = [await listPart(), metadataPart()]
    const evidence = await gather(credential, async (need, view) => {
      asked.push([need, view])
      return answers.find((part) => partKey(part) === partKey(need))
    })
    expect(asked).toEqual([
      [LIST, credential.view],
      [METADATA, credential.view],
    ])
    expect([...evidence.values()]).toEqual(answers)
  })

  test('asks for the keys of whoever signed the list, once the list is known', async () => {
    const lists = 'https://lists.example'
    const list = await listPart(await token(status, { header: { x5c: undefined, kid: '1' }, payload: { iss: lists } }, listDraft))
    const asked: Need[] = []
    await gather(credential, (need) => {
      asked.push(need)
      return partKey(need) === partKey(list) ? list : undefined
    })
    expect(asked).toEqual([LIST, METADATA, { kind: 'issuer_metadata', id: lists }])
  })

  test('does not ask again for what has no answer', async () => {
    let asked = 0
    const evidence = await gather(credential, () => {
      asked++
      return undefined
    })
    expect([asked, evidence.size]).toEqual([2, 0])
  })

  test('comes to an end when every question leads to another', async () => {
    let asked = 0
    // A view whose need changes each time it is looked at: worse than any credential can be.
    const endless = {
      ...credential,
      get view(): View {
        const status = { uri: `${URI}${asked}`, index: 0 }
        return { ...credential.view, status, envelope: { status: { status_list: { idx: 0, uri: status.uri } } } }
      },
    }
    await gather(endless, () => {
      asked++
      return undefined
    })
    expect(asked).toBeLessThanOrEqual(17)
  })

  test('an answer about another need is no answer to this one', async () => {
    const report = await verifyText(await show(await issue()), () => metadataPart(), {
      anchors,
      policy: policyFor(),
      now: NOW,
      primitives,
    })
    expect(finding(report, 'status')).toBe('unknown status_list_malformed')
  })
})
