-- Those that this one can change: they are short, or came later; all of them when this one was refused.
select other.receipt_id as id
from erp.goods_receipt this
join erp.goods_receipt other on other.order_id = this.order_id and other.receipt_id <> this.receipt_id
where this.receipt_id = %(receipt_id)s
  and (
      this.decision = 'refused'
      or (other.arrived_at, other.receipt_id) > (this.arrived_at, this.receipt_id)
      or exists (
          select from erp.flag
          where flag.receipt_id = other.receipt_id and flag.kind = 'short' and flag.withdrawn_at is null
      )
  )
  and exists (
      select
      from erp.lot mine
      join erp.lot theirs on (theirs.order_id, theirs.order_line) = (mine.order_id, mine.order_line)
      where mine.receipt_id = this.receipt_id and theirs.receipt_id = other.receipt_id
  )
order by other.arrived_at, other.receipt_id
