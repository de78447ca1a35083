import type { Path } from '@symbolon/credential'
import { describe, expect, it } from 'vitest'
import { dottedPath, exposureOf } from '../src/index.ts'

const view = {
  claims: { open: 1, empty: {}, a: { x: 1, y: { z: 2, w: [3, 4] } }, list: ['p', 'q', { r: 5 }] },
  disclosable: [
    ['a', 'x'],
    ['a', 'y'],
    ['a', 'y', 'w'],
    ['list', 0],
    ['list', 1],
    ['list', 2],
  ],
}

function told(...paths: Path[]) {
  const { shown, always, hidden } = exposureOf(view, paths)
  expect(always.map(dottedPath)).toEqual(['open', 'empty'])
  expect(shown.length + hidden.length).toBe(7)
  return shown.map(dottedPath)
}

describe('what a verifier gets to see', () => {
  it('is nothing that can be hidden when nothing is asked for', () => {
    expect(told()).toEqual([])
    expect(told(['open'])).toEqual([])
    expect(told(['not', 'there'])).toEqual([])
  })

  it('is what lies in a claim, and what must be shown around it', () => {
    expect(told(['a', 'x'])).toEqual(['a.x'])
    expect(told(['a', 'y'])).toEqual(['a.y.z', 'a.y.w.0', 'a.y.w.1'])
    expect(told(['a', 'y', 'z'])).toEqual(['a.y.z'])
    expect(told(['a', 'y', 'w', 1])).toEqual(['a.y.z', 'a.y.w.0', 'a.y.w.1'])
    expect(told(['a'])).toEqual(['a.x', 'a.y.z', 'a.y.w.0', 'a.y.w.1'])
  })

  it('keeps the places that a person knows, also when an element before them stays hidden', () => {
    expect(told(['list', 1])).toEqual(['list.1'])
    expect(told(['list', null, 'r'])).toEqual(['list.2.r'])
    expect(told(['list', null])).toEqual(['list.0', 'list.1', 'list.2.r'])
  })
})
