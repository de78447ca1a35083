import { expect, it } from 'vitest'
import { ON_PAPER, whom } from '../src/words.ts'

it.each([
  [ON_PAPER, 'paper'],
  ['urn:symbolon:unknown-asker', 'somebody unknown'],
  ['urn:symbolon:show', 'whoever looks'],
  ['urn:symbolon:show:train-reduction', 'whoever looks (train-reduction)'],
  ['urn:symbolon:shown', 'urn:symbolon:shown'],
  ['https://desk.example\u001b[2J', 'https://desk.example [2J'],
])('of %j a person reads %j', (audience, words) => expect(whom(audience)).toBe(words))
