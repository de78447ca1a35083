import { type Answer, problem, type RegistryRequest } from './answer.ts'

const MOST = 50

/**
 * A page of a list (facts, 2): `page[after]` counts from 1, `page[size]` is 10 and at most 50, anything else is 400 `Bad Paging Request`.
 *
 * As on the live service `links.next` of the last page names that page itself.
 */
export function page<T>(request: RegistryRequest, origin: string, all: readonly T[], item: (one: T) => unknown): Answer {
  const number = readNumber(request, 'page[after]', 1)
  const size = readNumber(request, 'page[size]', 10)
  if (size > MOST) throw badPaging(`page[size] must not be greater than ${MOST}`)
  const last = Math.max(1, Math.ceil(all.length / size))
  const others = [...request.query].filter(([name]) => !name.startsWith('page['))
  const address = (after: number): string => {
    const query = [...others.map(([name, value]) => `${name}=${encodeURIComponent(value)}`), `page[after]=${after}`, `page[size]=${size}`]
    return `${origin}${request.path}?${query.join('&')}`
  }
  const json = {
    self: address(number),
    items: all.slice((number - 1) * size, number * size).map(item),
    total: all.length,
    pageSize: size,
    links: {
      first: address(1),
      prev: address(Math.min(last, Math.max(1, number - 1))),
      next: address(Math.min(last, number + 1)),
      last: address(last),
    },
  }
  return { json }
}

function readNumber(request: RegistryRequest, name: string, otherwise: number): number {
  const values = request.query.getAll(name)
  if (values.length === 0) return otherwise
  if (values.length > 1 || !/^[1-9]\d{0,8}$/.test(values[0] ?? '')) throw badPaging(`${name} must be a positive number`)
  return Number(values[0])
}

const badPaging = (detail: string) => problem(400, 'Bad Paging Request', detail)
