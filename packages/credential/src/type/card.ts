import type { Fault } from './fault.ts'
import { type TypeFaultCode, typeFault } from './faults.ts'

const FILE = 'card.svg'

/** Shapes and text; whatever is not in the list could load, run or link to something. */
const ELEMENTS = new Set(
  'svg title desc g rect circle ellipse line polyline polygon path text tspan defs linearGradient radialGradient stop'.split(' '),
)
const ATTRIBUTES = new Set(
  [
    'xmlns viewBox width height role lang id x y x1 y1 x2 y2 cx cy r rx ry dx dy d points transform offset aria-hidden',
    'fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin opacity stop-color stop-opacity',
    'font-family font-size font-weight text-anchor letter-spacing gradientTransform gradientUnits preserveAspectRatio',
  ]
    .join(' ')
    .split(' '),
)
const TAG = /<(\/?)([A-Za-z]+)((?:\s+[A-Za-z0-9:-]+="[^"<>&]*")*)\s*(\/?)>/y
const ATTRIBUTE = /([A-Za-z0-9:-]+)="([^"]*)"/g
const TEXT = /(?:[^<>&{}]|&(?:amp|lt|gt|quot|apos);)+/y
const NAMESPACE = 'http://www.w3.org/2000/svg'
const OWN_PAINT = /^url\(#[A-Za-z0-9_-]+\)$/

/** What is wrong with a card's face: it is read tag by tag against a closed list, so that nothing in it can run, load or follow anything. */
export function checkCard(svg: string): Fault<TypeFaultCode>[] {
  const open: string[] = []
  const seen: string[] = []
  let role: string | undefined
  let at = 0
  while (at < svg.length) {
    const text = matchAt(TEXT, svg, at)
    if (text !== undefined) {
      at += text[0].length
      continue
    }
    const tag = matchAt(TAG, svg, at)
    const name = tag?.[2]
    if (tag === undefined || name === undefined || !ELEMENTS.has(name)) return [unsafe(svg, at)]
    const attributes = [...(tag[3] ?? '').matchAll(ATTRIBUTE)]
    if (!attributes.every(([, attribute = '', value = '']) => isPlain(attribute, value))) return [unsafe(svg, at)]
    if (tag[1] === '/') {
      if (open.pop() !== name) return [unsafe(svg, at)]
    } else {
      if ((seen.length === 0) !== (name === 'svg') || (seen.length > 0 && open.length === 0)) return [unsafe(svg, at)]
      if (name === 'svg') role = attributes.find(([, attribute]) => attribute === 'role')?.[2]
      seen.push(name)
      if (tag[4] !== '/') open.push(name)
    }
    at += tag[0].length
  }
  if (open.length > 0 || seen.length === 0) return [unsafe(svg, svg.length)]
  return role === 'img' && seen[1] === 'title'
    ? []
    : [typeFault('card_not_accessible', FILE, '', 'a face that a screen reader cannot name')]
}

/** Presentation attributes are all safe as long as no value refers to anything but a gradient of the same file. */
function isPlain(attribute: string, value: string): boolean {
  if (!ATTRIBUTES.has(attribute)) return false
  if (attribute === 'xmlns') return value === NAMESPACE
  return !/[\\:]|url|javascript/i.test(value) || OWN_PAINT.test(value)
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function unsafe(svg: string, at: number): Fault<TypeFaultCode> {
  const line = svg.slice(0, at).split('\n').length
  return typeFault('card_not_safe', FILE, '', `line ${line}`)
}
