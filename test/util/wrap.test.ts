import { describe, expect, it } from 'vitest'
import { cut, wrap } from '#src/util/wrap.js'

describe('wrap', () => {
  it('fills lines up to the width, and breaks no word and no share', () => {
    expect(wrap('a bb ccc dddd', 4)).toBe('a bb\nccc\ndddd')
    expect(wrap('it takes 41.3 % of it', 13)).toBe('it takes\n41.3 % of it')
    expect(wrap('a longer-than-that b', 6)).toBe('a\nlonger-than-that\nb')
    expect(wrap('', 6)).toBe('')
  })
})

describe('cut', () => {
  it('says that there is more, and counts letters', () => {
    expect(cut('abcd', 4)).toBe('abcd')
    expect(cut('abc de', 5)).toBe('abc…')
    expect(cut('äöü😀é', 4)).toBe('äöü…')
  })
})
