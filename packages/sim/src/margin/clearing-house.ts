import { Account, type AccountKind } from './account.ts'

/** Where the money is, in atoms. Always `wallets + unrealised + fees === deposited`, whatever the mark. */
export interface Ledger {
  /** Deposits less withdrawals of all accounts, the insurance fund's endowment included. */
  readonly deposited: number
  /** Trading fees kept by the venue. */
  readonly fees: number
  /** Of all accounts, the insurance fund included. */
  readonly wallets: number
  readonly insurance: number
  /** Of all positions together. */
  readonly unrealised: number
  readonly longLots: number
  readonly shortLots: number
}

/** Keeps every account's position and money. Each operation conserves money and keeps longs equal to shorts. */
export class ClearingHouse {
  readonly accounts: Account[] = []
  readonly insurance = this.register('insurance')
  #deposited = 0
  #fees = 0
  #longLots = 0
  #shortLots = 0

  /** One-sided, lots. */
  get openLots(): number {
    return this.#longLots
  }

  register(kind: AccountKind): Account {
    const account = new Account(this.accounts.length, kind)
    account.id = account.index
    this.accounts.push(account)
    return account
  }

  deposit(account: Account, atoms: number): void {
    account.wallet += atoms
    this.#deposited += atoms
  }

  /** Pays out the whole wallet. A negative one is paid by the insurance fund. */
  close(account: Account): void {
    if (account.wallet >= 0) this.#deposited -= account.wallet
    else this.insurance.wallet += account.wallet
    account.wallet = 0
    account.margin = 0
    account.cost = 0
  }

  /** Moves money between two accounts. */
  pay(from: Account, to: Account, atoms: number): void {
    from.wallet -= atoms
    to.wallet += atoms
  }

  /** A fill of both sides at one price, off the book: takeover, deleveraging, opening positions. No fee. */
  transfer(seller: Account, buyer: Account, lots: number, tick: number): void {
    this.fill(seller, -lots, tick, 0)
    this.fill(buyer, lots, tick, 0)
  }

  /**
   * One account's half of a fill; the caller books the other half. What reduces the position realises profit,
   * what grows it sets margin aside (rounded up), depositing what the wallet lacks.
   */
  fill(account: Account, signedLots: number, tick: number, feeRate: number): void {
    const before = account.lots
    let opened = signedLots
    if (before !== 0 && before > 0 !== signedLots > 0) {
      const closed = Math.abs(signedLots) < Math.abs(before) ? signedLots : -before
      const part = closed === -before ? account.cost : Math.round((account.cost * -closed) / before)
      account.wallet -= closed * tick + part
      account.margin = closed === -before ? 0 : account.margin - Math.floor((account.margin * -closed) / before)
      account.cost -= part
      opened = signedLots - closed
    }
    const after = before + signedLots
    account.lots = after
    const fee = Math.round(Math.abs(signedLots) * tick * feeRate)
    account.wallet -= fee
    this.#fees += fee
    if (opened !== 0) {
      account.cost += opened * tick
      account.margin += Math.ceil((Math.abs(opened) * tick) / account.leverage)
      if (account.kind === 'trader' && account.wallet < account.margin)
        this.deposit(account, account.margin - account.wallet)
    } else if (account.margin > account.wallet) account.margin = Math.max(0, account.wallet)
    this.#longLots += Math.max(after, 0) - Math.max(before, 0)
    this.#shortLots += Math.max(-after, 0) - Math.max(-before, 0)
  }

  /** Longs pay shorts `rate` of their notional at the mark; what rounding leaves over goes to the insurance fund. */
  payFunding(rate: number, markTick: number): void {
    let sum = 0
    for (const account of this.accounts) {
      if (account.lots === 0) continue
      const payment = Math.round(account.lots * markTick * rate)
      account.wallet -= payment
      account.margin = Math.max(0, account.margin - payment)
      sum += payment
    }
    this.insurance.wallet += sum
  }

  ledger(markTick: number): Ledger {
    let wallets = 0
    let unrealised = 0
    for (const account of this.accounts) {
      wallets += account.wallet
      unrealised -= account.cost
      unrealised += account.lots * markTick
    }
    return {
      deposited: this.#deposited,
      fees: this.#fees,
      wallets,
      insurance: this.insurance.wallet,
      unrealised,
      longLots: this.#longLots,
      shortLots: this.#shortLots,
    }
  }
}
