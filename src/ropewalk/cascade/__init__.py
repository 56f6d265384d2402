"""From the company's goal to each person's share. It owns no table: shares are frozen in the version that publishes them.

`weighing` asks what each carrier of a goal brings, `spreading` decides (pure), `coverage` is a part of the result.
"""
